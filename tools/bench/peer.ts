// A Python process with torch, kept open for the whole run.
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** What the peer says of itself. */
export interface PeerVersions {
  readonly python: string;
  readonly torch: string;
  readonly lightning: string | null;
}

interface Answer {
  readonly ns?: number;
  readonly error?: string;
  readonly torch?: string;
  readonly lightning?: string | null;
}

const script = (name: string): string => fileURLToPath(new URL(`./peers/${name}`, import.meta.url));

/** A script of Python with torch, which answers a line of JSON with another. */
export class PeerProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #reader: Interface;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcessWithoutNullStreams) {
    child.stderr.resume();
    this.#child = child;
    this.#reader = createInterface({ input: child.stdout });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  /** Starts a script under peers/. A reason in words when there is no Python, or torch is not importable there. */
  static start(python: string, name: string, args: readonly string[] = []): PeerProcess | string {
    const probe = spawnSync(python, ["-c", "import torch"], { encoding: "utf8" });
    if (probe.error !== undefined) return `${python} could not be started (${probe.error.message})`;
    if (probe.status !== 0) return `torch is not importable by ${python}`;
    return new PeerProcess(spawn(python, ["-u", script(name), ...args]));
  }

  /** The next line; null if the process has ended. */
  async read<A>(): Promise<A | null> {
    const line = await this.#lines.next();
    return line.done === true ? null : (JSON.parse(line.value) as A);
  }

  /** @throws Error if the process has ended. */
  async ask<A>(question: object): Promise<A> {
    this.#child.stdin.write(`${JSON.stringify(question)}\n`);
    const answer = await this.read<A>();
    if (answer === null) throw new Error("the peer ended");
    return answer;
  }

  /** Ends the process. */
  close(): void {
    this.#child.stdin.end();
    this.#reader.close();
  }
}

/** Python's torch as a peer: asks for bursts, one at a time. */
export class Peer {
  readonly versions: PeerVersions;
  readonly #process: PeerProcess;

  private constructor(process: PeerProcess, versions: PeerVersions) {
    this.#process = process;
    this.versions = versions;
  }

  /** Starts the peer. A reason in words when there is none: no Python, or torch is not importable there. */
  static async start(python: string, threads: number): Promise<Peer | string> {
    const process = PeerProcess.start(python, "torch_peer.py");
    if (typeof process === "string") return process;
    const hello = await process.ask<Answer>({ name: "hello", threads }).catch(() => null);
    if (hello === null) return `${python} ended while it imported torch`;
    if (hello.torch === undefined) return hello.error ?? "the peer did not answer";
    return new Peer(process, { python, torch: hello.torch, lightning: hello.lightning ?? null });
  }

  /** Nanoseconds a call in one burst of the case `name`. @throws Error with the peer's own message. */
  async burst(name: string, calls: number): Promise<number> {
    const { ns, error } = await this.#process.ask<Answer>({ name, calls });
    if (ns === undefined) throw new Error(error ?? "the peer gave no time");
    // Its threads go on spinning for a while, in the way of whoever is timed next.
    await setTimeout(30);
    return ns;
  }

  /** Ends the process. */
  close(): void {
    this.#process.close();
  }
}

/** Wall time of a command from start to exit, in nanoseconds. @throws Error if it does not succeed. */
export function wallNs(command: string, args: readonly string[]): number {
  const start = process.hrtime.bigint();
  const result = spawnSync(command, args, { encoding: "utf8" });
  const ns = Number(process.hrtime.bigint() - start);
  if (result.status !== 0) throw new Error(`${command} ${args.join(" ")} failed: ${result.stderr}`);
  return ns;
}

/** Path of a script under peers/. */
export { script as peerScript };
