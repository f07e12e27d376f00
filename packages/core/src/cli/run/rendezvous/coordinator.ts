// The part of machine 0's agent that keeps several machines together: all start, fail, and start again at once.

import { createServer, type Server, type Socket } from "node:net";

import { clusterError } from "../../../cluster/cluster-environment.js";
import { Channel, type CoordinatorMessage, type MemberMessage, PROTOCOL } from "./messages.js";

/** How a job is kept together. @internal */
export interface CoordinatorOptions {
  readonly host: string;
  readonly port: number;
  readonly numNodes: number;
  /** Processes on each machine. */
  readonly processes: number;
  readonly maxRestarts: number;
  readonly runId: string;
  /** Time for all machines to come, at first and after a failure. */
  readonly joinTimeoutMs: number;
  /** A free port of this machine for rank 0 of a start. */
  choosePort(attempt: number): number;
}

type Hello = Extract<MemberMessage, { type: "hello" }>;

interface Member {
  readonly channel: Channel<MemberMessage, CoordinatorMessage>;
  state: "ready" | "running" | "succeeded" | "stopping";
}

/** Listens until the job is over. @internal */
export class Coordinator {
  readonly #options: CoordinatorOptions;
  readonly #server: Server;
  readonly #members = new Map<number, Member>();
  #phase: "gathering" | "running" | "over" = "gathering";
  #attempt = -1;
  #joinTimer: NodeJS.Timeout | null = null;

  private constructor(options: CoordinatorOptions, server: Server) {
    this.#options = options;
    this.#server = server;
    server.on("connection", (socket) => this.#welcome(socket));
    this.#gather();
  }

  /**
   * Listens on the main port, of the loopback device only if that is the main address.
   *
   * @throws FabricError `FABRIC_CONFIG_CLUSTER` if the port is taken.
   */
  static async listen(options: CoordinatorOptions): Promise<Coordinator> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      const { host, port } = options;
      server.once("error", ({ message }) =>
        reject(clusterError(`machine 0 cannot listen on the main port ${port} (${message})`)),
      );
      const isLoopback = host === "localhost" || host === "::1" || host.startsWith("127.");
      server.listen(isLoopback ? { port, host } : { port }, resolve);
    });
    return new Coordinator(options, server);
  }

  /** Takes no more connections; those that are open end by themselves. */
  close(): void {
    this.#clearTimer();
    this.#server.close();
  }

  #welcome(socket: Socket): void {
    let node: number | null = null;
    const channel: Member["channel"] = new Channel(
      socket,
      (message) => {
        if (message.type === "hello" && node === null) {
          if (this.#join(message, channel)) node = message.node;
        } else if (node !== null) this.#hear(node, message);
        else socket.destroy();
      },
      () => {
        if (node !== null) this.#lose(node);
      },
    );
  }

  #join(hello: Hello, channel: Member["channel"]): boolean {
    const { node, numNodes, processes, version } = hello;
    const { options, problem } = { options: this.#options, problem: this.#problemWith(hello) };
    if (problem !== null) {
      channel.send({
        type: "refuse",
        what: `machine 0, which has --num-nodes ${options.numNodes} and ${options.processes} processes on each machine, refused machine ${node} (--num-nodes ${numNodes}, ${processes} processes, protocol ${version}): ${problem}`,
      });
      channel.close();
      return false;
    }
    this.#members.set(node, { channel, state: "ready" });
    this.#startIfComplete();
    return true;
  }

  #problemWith({ node, numNodes, processes, version }: Hello): string | null {
    const options = this.#options;
    if (version !== PROTOCOL) return "its version of Fabric is another";
    if (numNodes !== options.numNodes || processes !== options.processes)
      return "all machines need the same --num-nodes and the same number of devices";
    if (!Number.isInteger(node) || node < 0 || node >= numNodes) return "there is no such machine";
    if (this.#members.has(node))
      return "a machine of this number is there; give each its own --node-rank";
    return this.#phase === "gathering" ? null : "the job is running";
  }

  #hear(node: number, message: MemberMessage): void {
    const member = this.#members.get(node);
    if (member === undefined) return;
    if (message.type === "quit") this.#finish(message.code, message.what);
    if (!("attempt" in message) || message.attempt !== this.#attempt) return;
    if (message.type === "failed") this.#fail(message.what, message.code);
    if (message.type === "stopped" && member.state === "stopping") {
      member.state = "ready";
      this.#startIfComplete();
    }
    if (message.type === "succeeded" && member.state === "running") {
      member.state = "succeeded";
      if ([...this.#members.values()].every(({ state }) => state === "succeeded"))
        this.#finish(0, "");
    }
  }

  #lose(node: number): void {
    this.#members.delete(node);
    this.#fail(`the connection to machine ${node} is lost`, 1);
  }

  #fail(what: string, code: number): void {
    if (this.#phase !== "running") return;
    if (this.#attempt >= this.#options.maxRestarts) {
      this.#finish(code, what);
      return;
    }
    this.#gather();
    for (const member of this.#members.values()) {
      member.state = "stopping";
      member.channel.send({ type: "stop", attempt: this.#attempt, what });
    }
  }

  #gather(): void {
    const { joinTimeoutMs, numNodes } = this.#options;
    this.#phase = "gathering";
    this.#joinTimer = setTimeout(() => {
      const missing = Array.from({ length: numNodes }, (_, node) => node).filter(
        (node) => this.#members.get(node)?.state !== "ready",
      );
      const seconds = Math.round(joinTimeoutMs / 1000);
      this.#finish(1, `machine ${missing.join(", ")} did not come within ${seconds} s`);
    }, joinTimeoutMs);
  }

  #startIfComplete(): void {
    const members = [...this.#members.values()];
    const { numNodes, maxRestarts, runId } = this.#options;
    if (this.#phase !== "gathering" || members.length < numNodes) return;
    if (members.some(({ state }) => state !== "ready")) return;
    this.#clearTimer();
    this.#phase = "running";
    this.#attempt++;
    const port = this.#options.choosePort(this.#attempt);
    for (const member of members) {
      member.state = "running";
      member.channel.send({ type: "start", attempt: this.#attempt, maxRestarts, port, runId });
    }
  }

  #finish(code: number, what: string): void {
    if (this.#phase === "over") return;
    this.#phase = "over";
    this.#clearTimer();
    for (const { channel } of this.#members.values()) {
      channel.send({ type: "finish", code, what });
      channel.close();
    }
  }

  #clearTimer(): void {
    if (this.#joinTimer !== null) clearTimeout(this.#joinTimer);
    this.#joinTimer = null;
  }
}
