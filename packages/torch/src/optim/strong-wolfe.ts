// A line search for the strong Wolfe conditions (Nocedal and Wright 2006, algorithms 3.5 and 3.6), with cubic interpolation.
import type { Tensor } from "../tensor.js";

/** A point on the line. */
interface Point {
  t: number;
  loss: number;
  gradient: Tensor;
  slope: number;
}

/** What {@link strongWolfe} searches. */
export interface LineSearch {
  /** Loss and flat gradient at a distance. */
  evaluate(t: number): { loss: number; gradient: Tensor };
  /** First distance to try. */
  t: number;
  direction: Tensor;
  loss: number;
  gradient: Tensor;
  slope: number;
  toleranceChange: number;
}

/** Sufficient decrease and curvature: the usual constants for quasi-Newton methods. */
const C1 = 1e-4;
const C2 = 0.9;
const MAX_TRIES = 25;

/** Minimum of the cubic through two points with slopes, kept within bounds (Nocedal and Wright 3.59). */
function cubicMinimum(a: Point, b: Point, low: number, high: number): number {
  const d1 = a.slope + b.slope - (3 * (a.loss - b.loss)) / (a.t - b.t);
  const square = d1 * d1 - a.slope * b.slope;
  if (square < 0) return (low + high) / 2;
  const d2 = Math.sqrt(square);
  const t =
    a.t <= b.t
      ? b.t - (b.t - a.t) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2))
      : a.t - (a.t - b.t) * ((a.slope + d2 - d1) / (a.slope - b.slope + 2 * d2));
  return Math.min(Math.max(t, low), high);
}

/** The distance found, with its loss and gradient, and the evaluations spent. */
export function strongWolfe(search: LineSearch): {
  t: number;
  loss: number;
  gradient: Tensor;
  evaluations: number;
} {
  const { direction, loss, slope } = search;
  const scale = direction.abs().max().item();
  let evaluations = 0;
  const at = (t: number): Point => {
    const { loss: value, gradient } = search.evaluate(t);
    evaluations++;
    return { t, loss: value, gradient, slope: gradient.dot(direction).item() };
  };
  const isLowEnough = (p: Point): boolean => p.loss <= loss + C1 * p.t * slope;
  const start: Point = { t: 0, loss, gradient: search.gradient, slope };
  const done = (p: Point): { t: number; loss: number; gradient: Tensor; evaluations: number } => ({
    t: p.t,
    loss: p.loss,
    gradient: p.gradient,
    evaluations,
  });

  // Bracket a minimum.
  let previous = start;
  let current = at(search.t);
  let bracket: [Point, Point] | undefined;
  let tries = 0;
  for (; tries < MAX_TRIES; tries++) {
    if (!isLowEnough(current) || (tries > 1 && current.loss >= previous.loss)) {
      bracket = [previous, current];
      break;
    }
    if (Math.abs(current.slope) <= -C2 * slope) return done(current);
    if (current.slope >= 0) {
      bracket = [previous, current];
      break;
    }
    const next = cubicMinimum(
      previous,
      current,
      current.t + 0.01 * (current.t - previous.t),
      current.t * 10,
    );
    previous = current;
    current = at(next);
  }
  bracket ??= [start, current];

  // Narrow it.
  let isInsufficient = false;
  let [low, high] = bracket[0].loss <= bracket[1].loss ? bracket : [bracket[1], bracket[0]];
  for (; tries < MAX_TRIES; tries++) {
    const [left, right] = low.t < high.t ? [low.t, high.t] : [high.t, low.t];
    if ((right - left) * scale < search.toleranceChange) break;
    let t = cubicMinimum(low, high, left, right);
    // Too near an end twice in a row: step towards the middle.
    const margin = 0.1 * (right - left);
    if (Math.min(right - t, t - left) < margin) {
      if (isInsufficient || t >= right || t <= left) {
        t = Math.abs(t - right) < Math.abs(t - left) ? right - margin : left + margin;
        isInsufficient = false;
      } else {
        isInsufficient = true;
      }
    } else {
      isInsufficient = false;
    }
    const point = at(t);
    if (!isLowEnough(point) || point.loss >= low.loss) {
      high = point;
    } else {
      if (Math.abs(point.slope) <= -C2 * slope) {
        low = point;
        break;
      }
      if (point.slope * (high.t - low.t) >= 0) high = low;
      low = point;
    }
    if (low.loss > high.loss) [low, high] = [high, low];
  }
  return done(low);
}
