// Which modules are this package's, and what conversion did to each layer.
import { nn } from "@fabric/torch";
import { LayerNorm, LayerNormLinear, LayerNormMLP, Linear, RMSNorm } from "./nn/index.js";
import { isPadded } from "./nn/shapes.js";
import { Fp8Weight } from "./weights/index.js";

/** A layer that computes in FP8 inside `fp8Autocast`. */
export type Fp8Layer = Linear | LayerNormLinear | LayerNormMLP;

/** Whether a module is a layer that computes in FP8. */
export function isFp8Layer(module: nn.Module): module is Fp8Layer {
  return (
    module instanceof Linear || module instanceof LayerNormLinear || module instanceof LayerNormMLP
  );
}

/** Whether a module is one of this package's. */
export function isOwnLayer(module: nn.Module): boolean {
  return isFp8Layer(module) || module instanceof LayerNorm || module instanceof RMSNorm;
}

/** One layer of a model. */
export interface Fp8LayerRow {
  /** Dotted name; empty if the model is the layer. */
  readonly name: string;
  /** Its class. */
  readonly kind: string;
  /** Shapes of its weights. */
  readonly weights: string;
  /** Whether codes are padded with zeros on FP8 units, since a size is no multiple of 16. */
  readonly padded: boolean;
  /** Whether its weights are held as FP8 codes, for inference. */
  readonly isHeld: boolean;
  /** Why it does not compute in FP8; null if it does. */
  readonly skipped: string | null;
}

/** Every linear layer of a model, those in FP8 and those that are not; with `reasons`, also other layers that were left. */
export function fp8Layers(
  model: nn.Module,
  reasons: ReadonlyMap<nn.Module, string> = new Map(),
): Fp8LayerRow[] {
  const rows: Fp8LayerRow[] = [];
  for (const [name, module] of model.namedModules()) {
    const skipped = isFp8Layer(module) ? null : (reasons.get(module) ?? whyPlain(module));
    if (!isFp8Layer(module) && skipped === null) continue;
    const shapes = weightsOf(module);
    rows.push({
      name,
      kind: module.constructor.name,
      weights: shapes.map((shape) => shape.join(" x ")).join(", "),
      padded: skipped === null && shapes.some(([out = 0, input = 0]) => isPadded(input, out)),
      isHeld: module
        .namedParameters({ recurse: false })
        .some(([, parameter]) => parameter instanceof Fp8Weight),
      skipped,
    });
  }
  return rows;
}

/** The layers as a table of text. */
export function formatFp8Layers(rows: readonly Fp8LayerRow[]): string {
  const state = (row: Fp8LayerRow): string => {
    if (row.skipped !== null) return `not in FP8: ${row.skipped}`;
    const held = row.isHeld ? ", weights held as codes" : "";
    return `FP8${held}${row.padded ? ", padded to multiples of 16" : ""}`;
  };
  const cells = [
    ["layer", "class", "weight", "computes in"],
    ...rows.map((row) => [
      row.name === "" ? "(model)" : row.name,
      row.kind,
      row.weights,
      state(row),
    ]),
  ];
  const widths = [0, 1, 2].map((i) => Math.max(...cells.map((row) => (row[i] as string).length)));
  return cells
    .map((row) =>
      row.map((cell, i) => (i < 3 ? cell.padEnd(widths[i] as number) : cell)).join("  "),
    )
    .join("\n");
}

function whyPlain(module: nn.Module): string | null {
  return module instanceof nn.Linear ? "not one of this package's layers" : null;
}

function weightsOf(module: nn.Module): number[][] {
  if (module instanceof nn.LayerNorm) return [module.normalizedShape];
  return module
    .namedParameters({ recurse: false })
    .filter(([, parameter]) => parameter.ndim === 2)
    .map(([, parameter]) => [...parameter.shape]);
}
