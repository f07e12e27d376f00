// Patterns over dotted names, as `"**.rope.*"`.

/**
 * Makes a test of dotted names. `*` stands for any characters within one segment, `**` for any number of whole
 * segments, none included; everything else for itself. The whole name must match.
 *
 * @example
 * ```ts
 * compileGlob("**.rope.*")("blocks.0.rope.cos"); // true
 * ```
 */
export function compileGlob(pattern: string): (name: string) => boolean {
  const segments = pattern
    .split(".")
    .map((segment) => (segment === "**" ? null : segmentTest(segment)));
  return (name) => matches(segments, name.split("."), 0, 0);
}

type SegmentTest = RegExp | null;

function segmentTest(segment: string): RegExp {
  const escaped = segment.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  return new RegExp(`^${escaped}$`);
}

function matches(
  pattern: readonly SegmentTest[],
  name: readonly string[],
  p: number,
  n: number,
): boolean {
  if (p === pattern.length) return n === name.length;
  const test = pattern[p];
  if (test === null || test === undefined) {
    for (let rest = n; rest <= name.length; rest++)
      if (matches(pattern, name, p + 1, rest)) return true;
    return false;
  }
  return n < name.length && test.test(name[n] as string) && matches(pattern, name, p + 1, n + 1);
}
