// `using` guards of contexts: closed in order, and never left open across a return to the event loop.
import { FabricError } from "./errors.js";

interface OpenGuard {
  name: string;
  close: () => void;
  state: "open" | "closed" | "leaked";
}

const stack: OpenGuard[] = [];
let checking = false;

/** When the current synchronous stretch ends, every guard still open is closed and marked: other code must not run under its state. */
function checkLater(): void {
  if (checking) return;
  checking = true;
  queueMicrotask(() => {
    checking = false;
    closeGuards(0);
  });
}

/** How many guards are open: what {@link closeGuards} is given when the function that runs now ends. */
export function openGuards(): number {
  return stack.length;
}

/** Closes the guards opened after `from` was read, the last one first, and warns: the state around a function is as it was before. */
export function closeGuards(from: number): void {
  if (stack.length <= from) return;
  const left = stack.splice(from);
  let failure = "";
  for (const guard of [...left].reverse()) {
    guard.state = "leaked";
    try {
      guard.close();
    } catch (error) {
      // Nobody called this who could catch it, and the others are still to be closed.
      failure += ` Closing ${guard.name} threw: ${(error as Error)?.message ?? error}`;
    }
  }
  process.emitWarning(leaked(left.map((guard) => guard.name).join(", ")).message + failure, {
    code: "FABRIC_USAGE_ASYNC_CONTEXT",
    type: "FabricWarning",
  });
}

function leaked(name: string): FabricError {
  return new FabricError(
    "FABRIC_USAGE_ASYNC_CONTEXT",
    `a \`using\` guard of ${name} was still open when the context around it ended or control returned to the event loop; its state has been restored. Close it in the block that opened it, before any await.`,
  );
}

/** Closes guards, the last one first; all of them, also when one throws. */
function closeAll(guards: OpenGuard[]): void {
  const failures: unknown[] = [];
  for (const guard of guards.reverse()) {
    guard.state = "closed";
    try {
      guard.close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** A guard whose `close` runs at most once. */
export function openGuard(name: string, close: () => void): Disposable {
  const guard: OpenGuard = { name, close, state: "open" };
  stack.push(guard);
  checkLater();
  return {
    [Symbol.dispose](): void {
      if (guard.state === "closed") return;
      if (guard.state === "leaked") {
        guard.state = "closed";
        throw leaked(name);
      }
      const at = stack.lastIndexOf(guard);
      const inner = stack.splice(at);
      closeAll(inner);
      if (inner.length > 1) {
        throw new FabricError(
          "FABRIC_USAGE_CONTEXT_ORDER",
          `the guard of ${name} was closed while ${inner.length - 1} guard(s) opened after it were still open; close them in reverse order.`,
        );
      }
    },
  };
}
