// What passes between a process that launches copies of itself and the thread that watches them.

/** What the watcher is given. @internal */
export interface CopiesToWatch {
  /** Arguments of node: its options, the script, the script's arguments. */
  readonly args: readonly string[];
  /** One for each copy. */
  readonly environments: readonly NodeJS.ProcessEnv[];
  /** Whether to tag output by rank. */
  readonly tagged: boolean;
  /** One int32, 0 until it becomes {@link WATCH_OVER}. */
  readonly over: SharedArrayBuffer;
}

/** All copies have ended, or one has failed and is named. @internal */
export const WATCH_OVER = 1;
