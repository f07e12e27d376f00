// The table that a run ends with.
import { byteText, plainText, styled, table } from "@fabric/core/cli";
import type { LayerFigures } from "./layer-figures.js";
import type { QuantizeReport } from "./quantize-checkpoint.js";
import { layerOf } from "./select.js";

/** Each layer with its size before and after and its error, the sum, and what was spared. */
export function summaryText(report: QuantizeReport): string {
  const { layers, spared, bytesBefore, bytesAfter } = report;
  const sum = (pick: (layer: LayerFigures) => number): number =>
    layers.reduce((total, layer) => total + pick(layer), 0);
  const rows = layers.map((layer) => [
    plainText(layerOf(layer.name) || layer.name),
    byteText(layer.bytesBefore),
    byteText(layer.bytesAfter),
    errorText(layer.rmsError),
  ]);
  const total = [
    `${layers.length} ${layers.length === 1 ? "layer" : "layers"}`,
    byteText(sum(({ bytesBefore: bytes }) => bytes)),
    byteText(sum(({ bytesAfter: bytes }) => bytes)),
    `${errorText(medianError(layers))} median`,
  ];
  const sections = [
    table(["layer", "before", "after", "RMS error"], [...rows, total], [1, 2, 3]),
    ...(spared.length === 0
      ? []
      : [
          table(
            ["spared", "size", "why"],
            spared.map(({ name, reason, bytes }) => [
              plainText(name),
              byteText(bytes),
              plainText(reason),
            ]),
            [1],
          ),
        ]),
    `${[
      `${styled("bold", plainText(report.output))}: ${byteText(bytesBefore)} to ${byteText(bytesAfter)} (${((100 * bytesAfter) / bytesBefore).toFixed(1)} %), ${filesText(report)}`,
      ...(report.page === null ? [] : [`picture: ${plainText(report.page)}`]),
    ].join("\n")}\n`,
  ];
  return sections.join("\n");
}

/** `9.21 %` */
export function errorText(relative: number): string {
  return `${(100 * relative).toFixed(2)} %`;
}

/** The middle of the layers' errors. */
export function medianError(layers: readonly LayerFigures[]): number {
  const errors = layers.map(({ rmsError }) => rmsError).sort((a, b) => a - b);
  const half = Math.floor(errors.length / 2);
  const upper = errors[half] ?? 0;
  return errors.length % 2 === 1 ? upper : ((errors[half - 1] ?? 0) + upper) / 2;
}

/** The layer that lost most. */
export function worstLayer(layers: readonly LayerFigures[]): LayerFigures {
  return layers.reduce((worst, layer) => (layer.rmsError > worst.rmsError ? layer : worst));
}

function filesText({ files, resumedFiles }: QuantizeReport): string {
  const count = files.length === 1 ? "1 file" : `${files.length} files`;
  return resumedFiles === 0 ? count : `${count}, ${resumedFiles} of them written before`;
}
