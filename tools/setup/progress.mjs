// Runs long commands with their output in a log file and one line of progress on the terminal.
import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { join, relative } from "node:path";
import { SetupFailure } from "../libtorch/failure.mjs";
import { ROOT, STATE } from "./paths.mjs";

/** How often a line is printed where there is no terminal to redraw. */
const HEARTBEAT_MS = 10_000;
const REDRAW_MS = 200;
const TAIL_LINES = 30;

/** @param {string} line */
export function say(line) {
  process.stderr.write(`[setup] ${line}\n`);
}

/**
 * Shows the newest line of something that takes long, with the time it has taken.
 *
 * @param {string} name
 */
export function startProgress(name) {
  const startedMs = Date.now();
  const terminal = process.stderr.isTTY === true;
  let latest = "";
  const show = () => {
    const seconds = Math.round((Date.now() - startedMs) / 1000);
    const text = `[setup] ${name}: ${seconds} s  ${latest}`;
    if (terminal)
      process.stderr.write(`\r\x1b[K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`);
    else process.stderr.write(`${text.slice(0, 160)}\n`);
  };
  const timer = setInterval(show, terminal ? REDRAW_MS : HEARTBEAT_MS);
  return {
    /** @param {string} line */
    update(line) {
      latest = line;
    },
    stop() {
      clearInterval(timer);
      if (terminal) process.stderr.write("\r\x1b[K");
    },
  };
}

/**
 * Runs a command to its end; on failure throws with the end of its output.
 *
 * @param {{ name: string, command: string, args: string[], remedy: string, env?: NodeJS.ProcessEnv, cwd?: string }} options
 * @returns {Promise<void>}
 */
export function runLogged({ name, command, args, remedy, env = process.env, cwd = ROOT }) {
  const folder = join(STATE, "logs");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.log`);
  const log = createWriteStream(path);
  const progress = startProgress(name);
  /** @type {string[]} */
  const tail = [];
  return new Promise((done, fail) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const letGo = endWith(child);
    const take = (/** @type {Buffer} */ chunk) => {
      log.write(chunk);
      const lines = String(chunk)
        .split(/[\r\n]+/)
        .filter((line) => line.trim() !== "");
      tail.push(...lines);
      tail.splice(0, Math.max(0, tail.length - TAIL_LINES));
      progress.update(tail.at(-1)?.trim() ?? "");
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    const end = (/** @type {string} */ reason) => {
      letGo();
      progress.stop();
      log.end();
      if (reason === "") return done();
      const where = relative(ROOT, path);
      fail(
        new SetupFailure(
          `${name} failed: ${reason}\n${tail.join("\n")}\n(whole output: ${where})`,
          remedy,
        ),
      );
    };
    child.on("error", (error) => end(error.message));
    child.on("close", (status, signal) =>
      end(status === 0 ? "" : `ended with ${signal ?? status}`),
    );
  });
}

/**
 * Ends a child and all that it started when this process is told to end: a compiler left running would write into
 * what the next run cleans.
 *
 * @param {import("node:child_process").ChildProcess} child the leader of its own process group
 * @returns {() => void} call it when the child has ended
 */
function endWith(child) {
  const end = (/** @type {NodeJS.Signals} */ signal) => {
    try {
      process.kill(-Number(child.pid), signal);
    } catch {
      // It ended by itself in this moment.
    }
    process.exit(130);
  };
  /** @type {NodeJS.Signals[]} */
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, end);
  return () => {
    for (const signal of signals) process.off(signal, end);
  };
}
