// A Python process that runs other libraries' kernels on the same device, with its own events.
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import { peerScript } from "../peer.js";
import type { BenchDevice } from "./case.js";

interface Answer {
  readonly ns?: number;
  readonly error?: string;
  readonly versions?: Readonly<Record<string, string | null>>;
}

/** The library that a case's name begins with. */
const LIBRARIES: Readonly<Record<string, string>> = {
  bnb: "bitsandbytes",
  te: "transformer_engine",
  lightning: "lightning",
  torch: "torch",
};

/** Python's side. One case is held at a time, since its buffers are as large as ours. */
export class DevicePeer {
  /** Versions by library; null for one that cannot be imported. */
  readonly versions: Readonly<Record<string, string | null>>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #reader: Interface;
  readonly #lines: AsyncIterator<string>;

  private constructor(
    child: ChildProcessWithoutNullStreams,
    reader: Interface,
    lines: AsyncIterator<string>,
    versions: DevicePeer["versions"],
  ) {
    this.#child = child;
    this.#reader = reader;
    this.#lines = lines;
    this.versions = versions;
  }

  /** Starts it. A reason in words if there is no Python with torch. */
  static async start(python: string, device: BenchDevice): Promise<DevicePeer | string> {
    const probe = spawnSync(python, ["-c", "import torch"], { encoding: "utf8" });
    if (probe.error !== undefined) return `${python} could not be started (${probe.error.message})`;
    if (probe.status !== 0) return `torch is not importable by ${python}`;
    const child = spawn(python, ["-u", peerScript("device_peer.py"), device]);
    child.stderr.resume();
    const reader = createInterface({ input: child.stdout });
    const lines = reader[Symbol.asyncIterator]();
    const first = await lines.next();
    if (first.done === true) return `${python} ended while it imported torch`;
    const { versions, error } = JSON.parse(first.value) as Answer;
    if (versions === undefined) return error ?? "the peer did not answer";
    return new DevicePeer(child, reader, lines, versions);
  }

  /** Whether the library of a case is there. */
  has(name: string): boolean {
    return (this.versions[LIBRARIES[name.split(":")[0] ?? ""] ?? ""] ?? null) !== null;
  }

  /** Makes `sets` sets of buffers of a case. Null, or why it cannot. */
  async prepare(name: string, sets: number): Promise<string | null> {
    return (await this.#ask({ prepare: name, sets })).error ?? null;
  }

  /** Nanoseconds a launch. @throws Error with the peer's message. */
  async burst(name: string, launches: number): Promise<number> {
    const { ns, error } = await this.#ask({ burst: name, launches });
    if (ns === undefined) throw new Error(error ?? "the peer gave no time");
    return ns;
  }

  /** Frees the buffers. */
  async forget(): Promise<void> {
    await this.#ask({ forget: true });
  }

  /** Ends the process. */
  close(): void {
    this.#child.stdin.end();
    this.#reader.close();
  }

  async #ask(request: object): Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const line = await this.#lines.next();
    if (line.done === true) throw new Error("the peer ended");
    return JSON.parse(line.value) as Answer;
  }
}
