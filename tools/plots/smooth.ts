// Less noise in a curve, without moving it.

/** Mean over a centred window of `width` values, cut off at the ends; the same length as `values`. */
export function movingMean(values: readonly number[], width: number): number[] {
  const half = Math.floor(width / 2);
  return values.map((_, i) => {
    const window = values.slice(Math.max(0, i - half), i + half + 1);
    return window.reduce((sum, value) => sum + value, 0) / window.length;
  });
}
