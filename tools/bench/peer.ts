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

/** Python's torch as a peer: asks for bursts, one at a time. */
export class Peer {
  readonly versions: PeerVersions;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;

  private constructor(
    child: ChildProcessWithoutNullStreams,
    reader: Interface,
    lines: AsyncIterator<string>,
    versions: PeerVersions,
  ) {
    this.#child = child;
    this.#reader = reader;
    this.#lines = lines;
    this.versions = versions;
  }

  /** Starts the peer. A reason in words when there is none: no Python, or torch is not importable there. */
  static async start(python: string, threads: number): Promise<Peer | string> {
    const probe = spawnSync(python, ["-c", "import torch"], { encoding: "utf8" });
    if (probe.error !== undefined) return `${python} could not be started (${probe.error.message})`;
    if (probe.status !== 0) return `torch is not importable by ${python}`;
    const child = spawn(python, ["-u", script("torch_peer.py")], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    child.stderr.resume();
    const reader = createInterface({ input: child.stdout });
    const lines = reader[Symbol.asyncIterator]();
    child.stdin.write(`${JSON.stringify({ name: "hello", threads })}\n`);
    const first = await lines.next();
    if (first.done === true) return `${python} ended while it imported torch`;
    const hello = JSON.parse(first.value) as Answer;
    if (hello.torch === undefined) return hello.error ?? "the peer did not answer";
    return new Peer(child, reader, lines, {
      python,
      torch: hello.torch,
      lightning: hello.lightning ?? null,
    });
  }

  /** Nanoseconds a call in one burst of the case `name`. @throws Error with the peer's own message. */
  async burst(name: string, calls: number): Promise<number> {
    this.#child.stdin.write(`${JSON.stringify({ name, calls })}\n`);
    const line = await this.#lines.next();
    if (line.done === true) throw new Error("the peer ended");
    const answer = JSON.parse(line.value) as Answer;
    if (answer.ns === undefined) throw new Error(answer.error ?? "the peer gave no time");
    // Its threads go on spinning for a while, in the way of whoever is timed next.
    await setTimeout(30);
    return answer.ns;
  }

  /** Ends the process. */
  close(): void {
    this.#child.stdin.end();
    this.#reader.close();
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
