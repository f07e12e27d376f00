// Writes a checkpoint, loads it in fresh processes, and compares their peaks of memory with what is allowed.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeCheckpoint } from "./write-checkpoint.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const SAMPLE_MS = 1;
/** The peak may be this many times the final size, and the largest layer of the checkpoint. */
const FACTOR = 1.1;

/**
 * Measures the loads given as `mode:via`. Bytes throughout:
 * `peak` is the growth of resident memory, file pages included, at its highest (VmHWM, which misses nothing); `peakAnon` that of anonymous memory
 * (RssAnon, sampled each millisecond); `limit` is 1.1 times the final size plus the largest layer. `flags` are Node's own.
 */
export async function measure({ sizes, runs, shardBytes, flags = [], onRow = () => {} }) {
  const root = mkdtempSync(join(tmpdir(), "fabric-streaming-"));
  try {
    const folder = join(root, "large");
    const checkpoint = writeCheckpoint(folder, sizes, shardBytes);
    const warmup = join(root, "small");
    writeCheckpoint(warmup, { blocks: 1, width: 64, vocabulary: 64 }, shardBytes);
    const rows = [];
    for (const run of runs) {
      const [mode, via] = run.split(":");
      const args = { checkpoint: folder, warmup, mode, via, sizes: JSON.stringify(sizes) };
      const { finalBytes, before, after, seconds, sampled } = await child(args, flags);
      const limit = FACTOR * finalBytes + checkpoint.largest;
      const peak = after.peak - before.rss;
      const row = {
        mode,
        via,
        parameters: checkpoint.parameters,
        checkpointBytes: checkpoint.bytes,
        files: checkpoint.files,
        finalBytes,
        largestBytes: checkpoint.largest,
        limit,
        peak,
        peakAnon: sampled - before.anon,
        settled: after.rss - before.rss,
        seconds,
        fits: peak <= limit,
      };
      rows.push(row);
      onRow(row);
    }
    return rows;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Runs child.mjs and samples its anonymous memory from outside, since loading leaves its event loop no time. */
function child(options, flags) {
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const env = { ...process.env, OMP_NUM_THREADS: "1" };
  const script = ["--expose-gc", ...flags, join(here, "child.mjs"), ...args];
  const running = spawn(process.execPath, script, { env, stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  let sampled = 0;
  const timer = setInterval(() => {
    if (!text.includes("ready\n") || text.includes("loaded\n")) return;
    sampled = Math.max(sampled, anonymousOf(running.pid));
  }, SAMPLE_MS);
  running.stdout.on("data", (piece) => {
    text += piece;
  });
  return new Promise((resolve, reject) => {
    running.on("error", reject);
    running.on("close", (status) => {
      clearInterval(timer);
      if (status !== 0) reject(new Error(`the process that loads ended with ${status}`));
      else resolve({ ...JSON.parse(text.trim().split("\n").at(-1)), sampled });
    });
  });
}

function anonymousOf(pid) {
  try {
    const found = /^RssAnon:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return found === null ? 0 : 1024 * Number(found[1]);
  } catch {
    // It has just ended.
    return 0;
  }
}
