// What the agents of several machines tell each other: one JSON object a line.

import type { Socket } from "node:net";

/** From a machine's agent to that of machine 0. @internal */
export type MemberMessage =
  | {
      readonly type: "hello";
      readonly version: number;
      readonly node: number;
      readonly numNodes: number;
      readonly processes: number;
    }
  | {
      readonly type: "failed";
      readonly attempt: number;
      readonly what: string;
      readonly code: number;
    }
  | { readonly type: "succeeded" | "stopped"; readonly attempt: number }
  | { readonly type: "quit"; readonly what: string; readonly code: number };

/** From the agent of machine 0 to the others. @internal */
export type CoordinatorMessage =
  | {
      readonly type: "start";
      readonly attempt: number;
      readonly maxRestarts: number;
      readonly port: number;
      readonly runId: string;
    }
  | { readonly type: "stop"; readonly attempt: number; readonly what: string }
  | { readonly type: "finish"; readonly code: number; readonly what: string }
  | { readonly type: "refuse"; readonly what: string };

/** Both ends must speak the same. @internal */
export const PROTOCOL = 1;

const PING_MS = 5_000;
/** A machine that says nothing for so long is gone: it lost power, or its network. */
const SILENCE_MS = 30_000;
/** Nobody has more to say; a stranger on the port may. */
const LONGEST_LINE = 65_536;

/** A connection that carries messages. @internal */
export class Channel<In, Out> {
  readonly #socket: Socket;
  #heardAt = performance.now();

  /**
   * @param onMessage - called for each message in order.
   * @param onClose - called once, however the connection ends.
   */
  constructor(socket: Socket, onMessage: (message: In) => void, onClose: () => void) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding("utf8");
    let partial = "";
    socket.on("data", (chunk: string) => {
      this.#heardAt = performance.now();
      const lines = (partial + chunk).split("\n");
      partial = lines.pop() ?? "";
      if (partial.length > LONGEST_LINE) socket.destroy();
      for (const line of lines) {
        const message = parse(line);
        if (message === null) socket.destroy();
        else if (message.type !== "ping") onMessage(message as In);
      }
    });
    const pings = setInterval(() => {
      if (performance.now() - this.#heardAt > SILENCE_MS) socket.destroy();
      else socket.write('{"type":"ping"}\n');
    }, PING_MS);
    // How a connection breaks means nothing; that it did shows in "close".
    socket.on("error", () => {});
    socket.on("close", () => {
      clearInterval(pings);
      onClose();
    });
  }

  send(message: Out): void {
    if (!this.#socket.destroyed) this.#socket.write(`${JSON.stringify(message)}\n`);
  }

  /** Closes after what was sent has left. */
  close(): void {
    this.#socket.destroySoon();
  }
}

function parse(line: string): { readonly type: string } | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && "type" in value
      ? (value as { type: string })
      : null;
  } catch {
    return null;
  }
}
