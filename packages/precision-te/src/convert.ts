// Puts this package's layers in the place of a model's.
import { infoOnce, warnOnce } from "@fabric/core";
import { FabricError, nn } from "@fabric/torch";
import { fp8Layers, isFp8Layer, isOwnLayer } from "./layers.js";
import { LayerNorm, Linear } from "./nn/index.js";

/** Lightning's conditions on a linear layer: they are not those of FP8 units, which is why layers pad. */
const IN_MULTIPLE = 8;
const OUT_MULTIPLE = 16;

/** A converted model, and why linear layers and norms were left. */
export interface Conversion<M extends nn.Module> {
  readonly model: M;
  readonly left: ReadonlyMap<nn.Module, string>;
}

/** What is to be done, before anything is. */
interface Plan {
  readonly chosen: ReadonlySet<nn.Module>;
  readonly left: ReadonlyMap<nn.Module, string>;
}

/**
 * Replaces linear layers (with `in % 8 == 0` and `out % 16 == 0`) and norms over one dimension. Parameters stay the same objects. A model that has
 * layers of this package already is left as it is; so are layers that compute otherwise than the plain ones, and those of `nn.MultiheadAttention`.
 *
 * @param replace - the plugin's option `replaceLayers`.
 * @throws FabricError `FABRIC_CONFIG_NO_FP8` if no layer would compute in FP8; the model is then as it was.
 */
export function convertLayers<M extends nn.Module>(
  model: M,
  replace: boolean | undefined,
): Conversion<M> {
  const plan = planOf(model, replace);
  checkAnyFp8(model, plan);
  const { chosen, left } = plan;
  const converted = nn.replaceModules(model, (module) => {
    if (!chosen.has(module)) return undefined;
    return module instanceof nn.Linear
      ? Linear.fromLinear(module)
      : LayerNorm.fromLayerNorm(module as nn.LayerNorm);
  }) as M;
  tellPadded(converted);
  return { model: converted, left };
}

function planOf(model: nn.Module, replace: boolean | undefined): Plan {
  const whole = whyNone(model, replace);
  const chosen = new Set<nn.Module>();
  const left = new Map<nn.Module, string>();
  const read = new Set(
    model.modules().flatMap((m) => (m instanceof nn.MultiheadAttention ? m.children() : [])),
  );
  for (const [name, module] of model.namedModules()) {
    if (!(module instanceof nn.Linear || module instanceof nn.LayerNorm) || isOwnLayer(module))
      continue;
    const path = name === "" ? "(model)" : name;
    const reason = whole ?? (read.has(module) ? tellRead(path) : whyLeft(module, path));
    if (reason === null) chosen.add(module);
    else left.set(module, reason);
  }
  return { chosen, left };
}

/** Why nothing of a model is replaced; null if something may be. */
function whyNone(model: nn.Module, replace: boolean | undefined): string | null {
  if (replace === false) return "`replaceLayers` is false";
  if (!model.modules().some(isOwnLayer)) return null;
  if (replace === true)
    infoOnce(
      `TransformerEnginePrecision: ${model.constructor.name} has layers of @fabric/precision-te already, so that none is replaced.`,
    );
  return "the model has layers of @fabric/precision-te already";
}

function tellRead(path: string): string {
  infoOnce(
    `\`${path}\` does not compute in FP8: nn.MultiheadAttention reads its weight and does not call it.`,
  );
  return "nn.MultiheadAttention reads its weight and does not call it";
}

/** Why one layer is left; null if it is replaced. */
function whyLeft(module: nn.Linear | nn.LayerNorm, path: string): string | null {
  const plain = module instanceof nn.Linear ? nn.Linear : nn.LayerNorm;
  if (module.forward !== plain.prototype.forward || hasMore(module)) {
    const reason = `${module.constructor.name} has a forward, parameters or modules of its own`;
    infoOnce(
      `\`${path}\` is not replaced: ${reason}, which the layer in its place would not have.`,
    );
    return reason;
  }
  if (module instanceof nn.LayerNorm) {
    if (module.normalizedShape.length !== 1) return "a norm over several dimensions";
    return module.weight === null ? "a norm without a weight" : null;
  }
  if (fits(module)) return null;
  warnOnce(
    "FABRIC_TE_SHAPE",
    `TransformerEnginePrecision replaces linear layers whose dimensions are divisible by ${IN_MULTIPLE} (in) and ${OUT_MULTIPLE} (out). The layer \`${path}\` (${module.inFeatures}, ${module.outFeatures}) does not fit and stays as it is. You might want to add padding to your inputs, or use te.Linear, which pads by itself.`,
  );
  return `in % ${IN_MULTIPLE} or out % ${OUT_MULTIPLE} is not 0`;
}

/** Whether a layer holds more than a weight and a bias. */
function hasMore(module: nn.Module): boolean {
  const names = module.namedParameters({ recurse: false, removeDuplicate: false });
  return (
    names.some(([name]) => name !== "weight" && name !== "bias") ||
    module.modules().length > 1 ||
    module.namedBuffers().length > 0
  );
}

function checkAnyFp8(model: nn.Module, { chosen, left }: Plan): void {
  if (model.modules().some((m) => isFp8Layer(m) || (chosen.has(m) && m instanceof nn.Linear)))
    return;
  const linears = [...left].filter(([module]) => module instanceof nn.Linear);
  const reasons = new Set(linears.map(([, reason]) => reason));
  const reason =
    linears.length > 0
      ? `its linear layers (${linears.length}) are left (${[...reasons].join("; ")})`
      : "it has no linear layer that could be replaced";
  throw new FabricError(
    "FABRIC_CONFIG_NO_FP8",
    `No layer of ${model.constructor.name} would compute in FP8: ${reason}. Use te.Linear, which takes any size, or another precision.`,
  );
}

function fits({ inFeatures, outFeatures }: nn.Linear): boolean {
  return inFeatures % IN_MULTIPLE === 0 && outFeatures % OUT_MULTIPLE === 0;
}

function tellPadded(model: nn.Module): void {
  const padded = fp8Layers(model).filter((row) => row.padded);
  if (padded.length === 0) return;
  const names = padded.map(({ name }) => (name === "" ? "(model)" : `\`${name}\``));
  const shown = names.length > 8 ? [...names.slice(0, 8), `${names.length - 8} more`] : names;
  infoOnce(
    `FP8 units take sizes that are multiples of 16: codes of ${shown.join(", ")} are padded with zeros there.`,
  );
}
