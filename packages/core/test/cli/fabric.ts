// Runs the built `fabric` command, and looks after the processes that it starts.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export const dist: string = join(import.meta.dirname, "../../dist/cli");
export const main: string = join(dist, "main.js");

export interface Outcome {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** The variables of this process without those that would speak to Fabric. */
export function environment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(FABRIC_|RANK$|LOCAL_RANK$|OMP_NUM_THREADS$|FORCE_COLOR$|NO_COLOR$)/.test(name),
  );
  return { ...Object.fromEntries(kept), ...extra };
}

/** Runs a command to its end. */
export function fabric(
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; node?: readonly string[] } = {},
): Outcome {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...(options.node ?? []), main, ...args],
    { encoding: "utf8", cwd: options.cwd, env: environment(options.env) },
  );
  return { status, stdout, stderr };
}

/** A folder of scripts that is removed with `remove()`. */
export class Scripts {
  readonly folder: string = realpathSync(mkdtempSync(join(tmpdir(), "fabric-cli-")));

  /** Writes a file and returns its path. */
  write(name: string, content: string): string {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A running command. */
export class Running {
  stdout = "";
  stderr = "";
  readonly child: ChildProcess;
  readonly #end: Promise<unknown[]>;

  constructor(args: readonly string[], command: string = main) {
    this.child = spawn(process.execPath, [command, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: environment(),
    });
    this.child.stdout?.on("data", (chunk) => (this.stdout += String(chunk)));
    this.child.stderr?.on("data", (chunk) => (this.stderr += String(chunk)));
    this.#end = once(this.child, "close");
  }

  /** The first matches of a pattern on standard output, once there are `count` of them. */
  async seen(pattern: RegExp, count = 1): Promise<string[]> {
    return until(() => {
      const found = [...this.stdout.matchAll(pattern)].map((match) => match[1] ?? match[0]);
      return found.length >= count ? found : null;
    }, `${count} x ${pattern} in:\n${this.stdout}\n${this.stderr}`);
  }

  /** The exit code, or the signal that ended it. */
  async end(): Promise<number | string | null> {
    const [code, signal] = await this.#end;
    return (code ?? signal) as number | string | null;
  }
}

/** Waits until `probe` returns something. */
export async function until<T>(
  probe: () => T | null,
  what: string,
  timeoutMs = 20_000,
): Promise<T> {
  for (const start = performance.now(); ; ) {
    const value = probe();
    if (value !== null) return value;
    if (performance.now() - start > timeoutMs) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Whether a process runs; one that has ended and only waits to be collected does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return process.platform !== "linux";
  }
}

/** Waits until none of the processes is there. */
export async function gone(pids: readonly string[], timeoutMs?: number): Promise<void> {
  await until(
    () => (pids.some((pid) => isAlive(Number(pid))) ? null : true),
    `the end of ${pids}`,
    timeoutMs,
  );
}
