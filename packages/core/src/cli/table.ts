// Columns of text.

import { styled } from "./style.js";

/** A rule under a column of sentences needs no more. */
const WIDEST_RULE = 30;

/** Lines with aligned columns under a header; `right` lists the columns, from 0, that hold numbers. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const widths = header.map((title, i) =>
    Math.max(title.length, ...rows.map((row) => (row[i] ?? "").length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => {
        const width = widths[i] ?? 0;
        return right.includes(i) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  return `${[styled("bold", line(header)), line(widths.map((width) => "-".repeat(Math.min(width, WIDEST_RULE)))), ...rows.map(line)].join("\n")}\n`;
}
