// What is to be done when the backward pass that is running has ended.

/** Told whether the backward pass threw. */
export type AfterBackward = (failed: boolean) => void;

let depth = 0;
let queue: AfterBackward[] = [];

/**
 * Runs `fn` once at the end of the outermost backward pass that is running, also when it throws: `failed` is true then. For code that runs
 * inside one, a hook for example.
 *
 * @returns false, and nothing is run, outside of a backward pass.
 */
export function afterBackward(fn: AfterBackward): boolean {
  if (depth === 0) return false;
  queue.push(fn);
  return true;
}

/** Whether a backward pass of this thread is running. @internal */
export function isBackwardRunning(): boolean {
  return depth > 0;
}

/** Runs a backward pass, then what was queued inside. A failure of the pass is the one that is thrown. @internal */
export function runBackward<T>(pass: () => T): T {
  depth++;
  let result: T;
  try {
    result = pass();
  } catch (error) {
    leave(true);
    throw error;
  }
  leave(false);
  return result;
}

function leave(failed: boolean): void {
  depth--;
  if (depth > 0 || queue.length === 0) return;
  const calls = queue;
  queue = [];
  const errors: unknown[] = [];
  for (const call of calls) {
    try {
      call(failed || errors.length > 0);
    } catch (error) {
      errors.push(error);
    }
  }
  if (!failed && errors.length > 0) throw errors[0];
}
