// Activation recompute: the second forward uses the scales of the first one, and collects nothing.
import { isGradEnabled, type Tensor } from "@fabric/torch";

/** What a product of the first forward hands to the same product of the second one. */
export interface Replay {
  /** Scales that inputs and weights were cast with, a copy; null for recipes without a memory. */
  readonly scale: Tensor | null;
  /** Whether it runs backward last. */
  readonly isFirst: boolean;
}

/** One recomputed piece of a model. */
export interface Recompute {
  /** Whether it runs for the first time. */
  phase: "first" | "again";
  /** In the order of the products. */
  readonly replays: Replay[];
  /** How many were replayed. */
  next: number;
  /** Whether gradients may reach the products to come, as far as is known in the first run, where nothing requires one. */
  isReached: boolean;
  /** Whether the product that is to run backward last has been replayed, but gets no gradient: the next one that does takes its place. */
  owesUpdate: boolean;
}

let current: Recompute | null = null;

/** The piece that runs now; null for what is not recomputed. */
export function currentRecompute(): Recompute | null {
  return current;
}

/** Whether the second forward runs: it collects nothing. */
export function isRecomputing(): boolean {
  return current?.phase === "again";
}

/** Whether gradients are wanted here: on, or off only since this is the first forward of a piece that is recomputed. */
export function isTraining(): boolean {
  return isGradEnabled() || current?.phase === "first";
}

/** Runs `fn` as a phase of `recompute`. */
export function withRecompute<T>(recompute: Recompute, fn: () => T): T {
  const outer = current;
  current = recompute;
  try {
    return fn();
  } finally {
    current = outer;
  }
}
