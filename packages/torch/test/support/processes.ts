// Starts several copies of a script on this machine, as `fabric run` would, and collects what they report.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

/** How one process ended. */
export interface ProcessResult {
  rank: number;
  /** Exit code, null after a signal. */
  code: number | null;
  signal: NodeJS.Signals | null;
  /** What it passed to `report`. */
  // biome-ignore lint/suspicious/noExplicitAny: each script has reports of its own.
  reports: any[];
  /** Everything else that it wrote. */
  output: string;
  /** From the start to the end of the process. */
  ms: number;
}

/** Options of {@link runProcesses}. */
export interface RunOptions {
  /** How many copies. */
  count: number;
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** After it all are killed, and the promise rejects; default 60,000. */
  limitMs?: number;
  /** Called for each report as it comes, with a way to end any process. */
  onReport?: (
    rank: number,
    report: unknown,
    kill: (rank: number, signal: NodeJS.Signals) => void,
  ) => void;
  execArgv?: readonly string[];
}

/** Lines of a script's output that start with it are reports. */
const MARK = "@report ";

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** In a script: hands a value that JSON takes to the test. */
export function report(value: unknown): void {
  process.stdout.write(`${MARK}${JSON.stringify(value)}\n`);
}

/**
 * Runs `script` (TypeScript or JavaScript) `count` times with the variables of a launcher, and waits for all.
 *
 * @returns by rank.
 */
export async function runProcesses(
  script: URL | string,
  options: RunOptions,
): Promise<ProcessResult[]> {
  const { count, limitMs = 60_000 } = options;
  const port = String(await freePort());
  const path = typeof script === "string" ? script : fileURLToPath(script);
  const children: ReturnType<typeof spawn>[] = [];
  const kill = (rank: number, signal: NodeJS.Signals): void => {
    children[rank]?.kill(signal);
  };
  const started = Date.now();
  const ends = Array.from({ length: count }, (_, rank) => {
    const child = spawn(
      process.execPath,
      ["--import", "tsx/esm", ...(options.execArgv ?? []), path, ...(options.args ?? [])],
      {
        env: {
          ...process.env,
          OMP_NUM_THREADS: "1",
          ...launcherVariables(rank, count, port),
          ...options.env,
        },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    children.push(child);
    return new Promise<ProcessResult>((resolve, reject) => {
      const reports: unknown[] = [];
      let output = "";
      let rest = "";
      child.stdout?.setEncoding("utf8").on("data", (text: string) => {
        const lines = (rest + text).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
          if (!line.startsWith(MARK)) {
            output += `${line}\n`;
            continue;
          }
          const value = JSON.parse(line.slice(MARK.length));
          reports.push(value);
          options.onReport?.(rank, value, kill);
        }
      });
      child.stderr?.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
      child.on("error", reject);
      child.on("close", (code, signal) =>
        resolve({ rank, code, signal, reports, output: output + rest, ms: Date.now() - started }),
      );
    });
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    for (const child of children) child.kill("SIGKILL");
  }, limitMs);
  const results = await Promise.all(ends);
  clearTimeout(timer);
  if (late)
    throw new Error(
      `${path} did not end within ${limitMs} ms.\n${results.map((r) => `rank ${r.rank}: ${JSON.stringify(r.reports)}\n${r.output}`).join("\n")}`,
    );
  return results;
}

/** What a launcher sets, for all processes on one machine. */
export function launcherVariables(
  rank: number,
  count: number,
  port: string,
): Record<string, string> {
  return {
    RANK: String(rank),
    LOCAL_RANK: String(rank),
    WORLD_SIZE: String(count),
    LOCAL_WORLD_SIZE: String(count),
    GROUP_RANK: "0",
    MASTER_ADDR: "127.0.0.1",
    MASTER_PORT: port,
  };
}
