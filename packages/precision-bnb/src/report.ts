// What quantising a model did to each layer.
import type { nn } from "@fabric/torch";
import { Linear4bit } from "./nn/index.js";

/** One layer. */
export interface QuantizedLayer {
  /** Dotted name; empty if the model is the layer. */
  readonly name: string;
  /** Its class, e.g. `"LinearNF4"`. */
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
    if (!(module instanceof Linear4bit) || module.weight.quantState === null) continue;
    const { weight } = module;
    const elements = module.inFeatures * module.outFeatures;
    rows.push({
      name,
      kind: `Linear4bit ${weight.quantType}${weight.compressStatistics ? "-dq" : ""}`,
      elements,
      bytesBefore: 2 * elements,
      bytesAfter: weight.nbytes + (weight.quantState?.nbytes ?? 0),
      error: weight.error?.relative ?? null,
    });
  }
  return rows;
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
