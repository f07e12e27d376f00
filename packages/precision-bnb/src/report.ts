// What quantising a model did to each layer.
import type { nn } from "@fabric/torch";
import { isQuantizedLinear, type QuantizedLinear } from "./convert.js";
import { Int8Params, Params4bit } from "./nn/index.js";

/** One layer. */
export interface QuantizedLayer {
  /** Dotted name; empty if the model is the layer. */
  readonly name: string;
  /** Its class, and what it holds, e.g. `"Linear4bit nf4-dq"`. */
  readonly kind: string;
  /** Elements of the weight. */
  readonly elements: number;
  /** Bytes of the weight in float16. */
  readonly bytesBefore: number;
  /** Bytes of the codes, scales and tables. */
  readonly bytesAfter: number;
  /** Root mean square error over that of the weight; null if it was not measured. */
  readonly error: number | null;
}

/** Every quantised layer of a model, in the order of the state dict. */
export function quantizedLayers(model: nn.Module): QuantizedLayer[] {
  const rows: QuantizedLayer[] = [];
  for (const [name, module] of model.namedModules()) {
    if (!isQuantizedLinear(module)) continue;
    const stored = storedAs(module);
    if (stored === null) continue;
    const elements = module.inFeatures * module.outFeatures;
    rows.push({ name, elements, bytesBefore: 2 * elements, ...stored });
  }
  return rows;
}

/** What a layer holds; null while its weight is a float tensor. */
function storedAs({
  weight,
}: QuantizedLinear): Pick<QuantizedLayer, "kind" | "bytesAfter" | "error"> | null {
  if (weight instanceof Params4bit && weight.quantState !== null)
    return {
      kind: `Linear4bit ${weight.quantType}${weight.compressStatistics ? "-dq" : ""}`,
      bytesAfter: weight.nbytes + weight.quantState.nbytes,
      error: weight.error?.relative ?? null,
    };
  if (weight instanceof Int8Params && weight.SCB !== null)
    return {
      kind: "Linear8bitLt int8",
      bytesAfter: weight.nbytes + weight.SCB.nbytes,
      error: weight.error?.relative ?? null,
    };
  return null;
}

/** The layers as a table of text: name, before, after, bytes, error. */
export function formatLayers(rows: readonly QuantizedLayer[]): string {
  const cells = [
    ["layer", "after", "float16 bytes", "bytes", "error"],
    ...rows.map((row) => [
      row.name === "" ? "(model)" : row.name,
      row.kind,
      String(row.bytesBefore),
      String(row.bytesAfter),
      row.error === null ? "-" : `${(100 * row.error).toFixed(2)} %`,
    ]),
    [
      "total",
      `${rows.length} layers`,
      String(rows.reduce((sum, row) => sum + row.bytesBefore, 0)),
      String(rows.reduce((sum, row) => sum + row.bytesAfter, 0)),
      "",
    ],
  ];
  const widths = (cells[0] as string[]).map((_, i) =>
    Math.max(...cells.map((row) => (row[i] as string).length)),
  );
  return cells
    .map((row) =>
      row
        .map((cell, i) =>
          i < 2 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
