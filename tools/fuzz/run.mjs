// Runs fuzzed calls in child processes and reports which calls ended one: `node tools/fuzz/run.mjs --calls 200000`.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const CHILD = fileURLToPath(new URL("./child.mjs", import.meta.url));

/**
 * @typedef {{ number: number, operator: string, call: string, how: string, stderr: string }} Ended
 * @typedef {{ calls: number, returned: number, errors: Record<string, number>, untyped: string[], ended: Ended[], slow: Ended[] }} Report
 */

/**
 * Makes `calls` calls in batches, one child process a batch; a child that dies or hangs is replaced after the call that did it.
 *
 * @param {{ calls: number, seed?: number, from?: number, batch?: number, workers?: number, limitMs?: number, memoryGb?: number, only?: string, onEvent?: (event: Ended) => void }} options
 * @returns {Promise<Report>}
 */
export async function fuzz({
  calls,
  seed = 1,
  from = 0,
  batch = 5000,
  workers = 2,
  limitMs = 30_000,
  memoryGb = 4,
  only,
  onEvent,
}) {
  const folder = mkdtempSync(join(tmpdir(), "fabric-fuzz-"));
  const report = { calls: 0, returned: 0, errors: {}, untyped: [], ended: [], slow: [] };
  const end = from + calls;
  let next = from;
  const worker = async (id) => {
    const journal = join(folder, `journal-${id}`);
    while (next < end) {
      let at = next;
      let failedStarts = 0;
      const stop = Math.min(next + batch, end);
      next = stop;
      while (at < stop) {
        const done = await child({
          seed,
          from: at,
          count: stop - at,
          journal,
          limitMs,
          memoryGb,
          only,
        });
        if (done.tally !== undefined) {
          add(report, done.tally);
          break;
        }
        const last = lastCall(journal, at);
        if (last === undefined) {
          // It died or hung before its first call: that is no call's doing.
          if (++failedStarts > 3)
            throw new Error(`the fuzzed child does not start: ${done.how}\n${done.stderr}`);
          continue;
        }
        const event = { ...last, how: done.how, stderr: done.stderr };
        (done.timedOut ? report.slow : report.ended).push(event);
        onEvent?.(event);
        report.calls += last.number - at + 1;
        at = last.number + 1;
      }
    }
  };
  await Promise.all(Array.from({ length: workers }, (_, id) => worker(id)));
  rmSync(folder, { recursive: true, force: true });
  return report;
}

function add(report, tally) {
  report.calls += tally.calls;
  report.returned += tally.returned;
  report.untyped.push(...tally.untyped);
  for (const [code, count] of Object.entries(tally.errors))
    report.errors[code] = (report.errors[code] ?? 0) + count;
}

function lastCall(journal, from) {
  try {
    const [line = ""] = readFileSync(journal, "utf8").split("\n");
    const [number, operator = "", call = ""] = line.split("\t");
    if (operator !== "" && Number(number) >= from)
      return { number: Number(number), operator, call };
  } catch {
    // No journal: the child died before its first call.
  }
  return undefined;
}

/** One child; the address space is limited, so that a huge allocation fails in the operator and not in the machine. */
function child({ seed, from, count, journal, limitMs, memoryGb, only }) {
  rmSync(journal, { force: true });
  const args = [
    "--max-old-space-size=512",
    CHILD,
    "--seed",
    seed,
    "--from",
    from,
    "--count",
    count,
    "--journal",
    journal,
  ];
  if (only !== undefined) args.push("--only", only);
  const limit = `ulimit -c 0; ulimit -v ${memoryGb * 1024 * 1024}; exec "$0" "$@"`;
  const started = spawn("bash", ["-c", limit, process.execPath, ...args.map(String)], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, OMP_NUM_THREADS: "1" },
  });
  let stdout = "";
  let stderr = "";
  started.stdout.on("data", (data) => {
    stdout += data;
  });
  started.stderr.on("data", (data) => {
    stderr = (stderr + data).slice(-2000);
  });
  return new Promise((settle) => {
    let timedOut = false;
    let seen = "";
    // A call that is still in the journal after the limit is stuck.
    const watch = setInterval(() => {
      const now = JSON.stringify(lastCall(journal, from));
      if (now === seen) {
        timedOut = true;
        started.kill("SIGKILL");
      }
      seen = now;
    }, limitMs);
    started.on("close", (code, signal) => {
      clearInterval(watch);
      const line = stdout.trim().split("\n").at(-1) ?? "";
      const tally = code === 0 && line.startsWith("{") ? JSON.parse(line) : undefined;
      settle({
        tally,
        timedOut,
        how: timedOut ? `over ${limitMs} ms` : (signal ?? `exit ${code}`),
        stderr,
      });
    });
  });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({
    options: {
      calls: { type: "string", default: "200000" },
      seed: { type: "string", default: "1" },
      from: { type: "string", default: "0" },
      workers: { type: "string", default: "2" },
      batch: { type: "string", default: "5000" },
      only: { type: "string" },
    },
  });
  const started = performance.now();
  const report = await fuzz({
    calls: Number(values.calls),
    seed: Number(values.seed),
    from: Number(values.from),
    workers: Number(values.workers),
    batch: Number(values.batch),
    only: values.only,
    onEvent: ({ number, operator, call, how, stderr }) => {
      const why = stderr.split("\n").find((line) => /rror|what|assert|Check/.test(line)) ?? "";
      console.log(
        `${how}: call ${number}, ${operator}: ${call.slice(0, 1500)}\n    ${why.slice(0, 300)}`,
      );
    },
  });
  const { untyped, ended, slow, ...figures } = report;
  for (const line of untyped) console.log(`untyped error: ${line}`);
  console.log(
    JSON.stringify({ ...figures, untyped: untyped.length, ended: ended.length, slow: slow.length }),
  );
  console.log(`${((performance.now() - started) / 1000).toFixed(0)} s`);
  process.exitCode = ended.length + slow.length + untyped.length > 0 ? 1 : 0;
}
