// Operators that end the process on arguments which look legal: checked before entry, or refused unless called as torch.ops.unsafe.*.

/** Why and when an operator is refused. */
export interface CrashEntry {
  /** What happens inside libtorch, in a line. */
  reason: string;
  /** Says what is wrong with these arguments (by camelCase parameter name), or null when they are fine. Absent: always refused. */
  check?(args: Readonly<Record<string, unknown>>): string | null;
}

/** By ATen name, without the namespace. */
export const CRASH_LIST: ReadonlyMap<string, CrashEntry> = new Map<string, CrashEntry>([]);
