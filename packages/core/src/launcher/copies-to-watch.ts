// What passes between a process that launches copies of itself and the thread that watches them.

/** What the watcher is given. @internal */
export interface CopiesToWatch {
  /** Arguments of node: its options, the script, the script's arguments. */
  readonly args: readonly string[];
  /** One for each copy. */
  readonly environments: readonly NodeJS.ProcessEnv[];
  /** Whether to tag output by rank. */
  readonly tagged: boolean;
  /** One int32, 0 until it becomes {@link ALL_ENDED} or {@link ONE_FAILED}. */
  readonly over: SharedArrayBuffer;
}

/** All copies have ended well, or are to end. @internal */
export const ALL_ENDED = 1;

/** A copy has failed and is named. @internal */
export const ONE_FAILED = 2;
