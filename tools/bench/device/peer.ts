// A Python process that runs other libraries' kernels on the same device, with its own events.
import { PeerProcess } from "../peer.js";
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
  readonly #process: PeerProcess;

  private constructor(process: PeerProcess, versions: DevicePeer["versions"]) {
    this.#process = process;
    this.versions = versions;
  }

  /** Starts it. A reason in words if there is no Python with torch. */
  static async start(python: string, device: BenchDevice): Promise<DevicePeer | string> {
    const process = PeerProcess.start(python, "device_peer.py", [device]);
    if (typeof process === "string") return process;
    const first = await process.read<Answer>();
    if (first === null) return `${python} ended while it imported torch`;
    if (first.versions === undefined) return first.error ?? "the peer did not answer";
    return new DevicePeer(process, first.versions);
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
    this.#process.close();
  }

  #ask(question: object): Promise<Answer> {
    return this.#process.ask<Answer>(question);
  }
}
