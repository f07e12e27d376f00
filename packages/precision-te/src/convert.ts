// Puts this package's layers in the place of a model's.
import { infoOnce, warnOnce } from "@fabric/core";
import { FabricError, nn } from "@fabric/torch";
import { fp8Layers, isFp8Layer, isOwnLayer } from "./layers.js";
import { LayerNorm, Linear } from "./nn/index.js";

/** Lightning's conditions on a linear layer: they are not those of FP8 units, which is why layers pad. */
const IN_MULTIPLE = 8;
const OUT_MULTIPLE = 16;

/** A converted model, and why linear layers were left. */
export interface Conversion<M extends nn.Module> {
  readonly model: M;
  readonly skipped: ReadonlyMap<nn.Module, string>;
}

/**
 * Replaces linear layers (with `in % 8 == 0` and `out % 16 == 0`) and norms over one dimension. Parameters stay the same objects. A model that has
 * layers of this package already is left as it is.
 */
export function replaceLayers<M extends nn.Module>(model: M, isExplicit: boolean): Conversion<M> {
  const skipped = new Map<nn.Module, string>();
  if (model.modules().some(isOwnLayer)) {
    if (isExplicit)
      infoOnce(
        `TransformerEnginePrecision: ${model.constructor.name} has layers of @fabric/precision-te already, so that none is replaced.`,
      );
    return { model, skipped };
  }
  const converted = nn.replaceModules(model, (module, path) => {
    if (module instanceof nn.Linear) {
      if (fits(module)) return Linear.fromLinear(module);
      skipped.set(module, `in % ${IN_MULTIPLE} or out % ${OUT_MULTIPLE} is not 0`);
      warnOnce(
        "FABRIC_TE_SHAPE",
        `TransformerEnginePrecision replaces linear layers whose dimensions are divisible by ${IN_MULTIPLE} (in) and ${OUT_MULTIPLE} (out). The layer \`${path}\` (${module.inFeatures}, ${module.outFeatures}) does not fit and stays as it is. You might want to add padding to your inputs, or use te.Linear, which pads by itself.`,
      );
      return undefined;
    }
    if (module instanceof nn.LayerNorm && isPlain(module)) return LayerNorm.fromLayerNorm(module);
    return undefined;
  }) as M;
  tellPadded(converted);
  return { model: converted, skipped };
}

/** @throws FabricError `FABRIC_CONFIG_NO_FP8` if no layer computes in FP8. */
export function checkAnyFp8(model: nn.Module, skipped: ReadonlyMap<nn.Module, string>): void {
  if (model.modules().some(isFp8Layer)) return;
  const reason =
    skipped.size > 0
      ? `its ${skipped.size} linear layers have sizes that are not replaced (in % ${IN_MULTIPLE} and out % ${OUT_MULTIPLE} must be 0)`
      : "it has no linear layer that is replaced";
  throw new FabricError(
    "FABRIC_CONFIG_NO_FP8",
    `No layer of ${model.constructor.name} would compute in FP8: ${reason}. Use te.Linear, which takes any size, or another precision.`,
  );
}

function fits({ inFeatures, outFeatures }: nn.Linear): boolean {
  return inFeatures % IN_MULTIPLE === 0 && outFeatures % OUT_MULTIPLE === 0;
}

/** Norms over several dimensions and those without a weight have no counterpart. */
function isPlain({ normalizedShape, weight }: nn.LayerNorm): boolean {
  return normalizedShape.length === 1 && weight !== null;
}

function tellPadded(model: nn.Module): void {
  const padded = fp8Layers(model).filter((row) => row.padded);
  if (padded.length === 0) return;
  const names = padded.map(({ name }) => `\`${name}\``);
  const shown = names.length > 8 ? [...names.slice(0, 8), `${names.length - 8} more`] : names;
  infoOnce(
    `FP8 units take sizes that are multiples of 16: codes of ${shown.join(", ")} are padded with zeros there.`,
  );
}
