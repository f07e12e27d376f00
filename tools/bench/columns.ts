// Tables of any columns, in Markdown that reads well as plain text.

/** One line a row; the first is the head. */
export function columns(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, i) =>
    Math.max(3, ...lines.map((line) => line[i]?.length ?? 0)),
  );
  const text = (line: readonly string[]): string =>
    `| ${widths.map((width, i) => (line[i] ?? "").padEnd(width)).join(" | ")} |`;
  const [head = [], ...rest] = lines;
  return [
    text(head),
    `| ${widths.map((w) => "-".repeat(w)).join(" | ")} |`,
    ...rest.map(text),
  ].join("\n");
}

/** A ratio and whether it is at least what was aimed at. */
export function atLeast(value: number, bound: number | null): string[] {
  if (Number.isNaN(value)) return ["-", bound === null ? "" : `>= ${bound}`, ""];
  const text = value >= 10 ? value.toFixed(0) : value.toFixed(2);
  if (bound === null) return [text, "", ""];
  return [text, `>= ${bound}`, value >= bound ? "met" : "MISSED"];
}
