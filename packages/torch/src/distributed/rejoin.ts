// What both ways of joining know about stores: the key prefix of this attempt, and whether this process has left there before.

/** Between two looks whether rank 0's old store is gone. @internal */
export const RETRY_MS = 50;

/** A restarted job may meet in a store that an earlier attempt wrote to. @internal */
export function attemptPrefix(): string {
  return `attempt-${process.env["TORCHELASTIC_RESTART_COUNT"] ?? "0"}`;
}

/** What a process that has left writes into the store: it must not join there again. @internal */
export function leftKey(rank: number): string {
  return `left/${rank}`;
}

/** Whether the store went away under a question: then this process has left it, too. @internal */
export function isGone(error: unknown): boolean {
  return (error as { code?: unknown }).code === "FABRIC_DISTRIBUTED_PEER_LOST";
}

let left = false;

/** @internal */
export function noteLeft(): void {
  left = true;
}

/** Whether this thread has left a group. @internal */
export function hasLeft(): boolean {
  return left;
}
