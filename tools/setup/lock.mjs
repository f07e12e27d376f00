// One setup at a time in a checkout: a second one waits for the first, then finds its work done.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { STATE } from "./paths.mjs";
import { say } from "./progress.mjs";

const LOCK = join(STATE, "lock");

/** Takes the lock and gives it back when the process ends. */
export async function takeLock() {
  mkdirSync(STATE, { recursive: true });
  let told = false;
  while (!tryLock()) {
    const holder = readHolder();
    if (holder !== undefined && !isAlive(holder)) {
      rmSync(LOCK, { force: true });
      continue;
    }
    if (!told) say(`waiting for another setup of this checkout (process ${holder ?? "unknown"})`);
    told = true;
    await sleep(500);
  }
  process.on("exit", releaseLock);
}

/** Gives the lock back before the process ends, so that a long test run does not keep others waiting. */
export function releaseLock() {
  if (readHolder() === process.pid) rmSync(LOCK, { force: true });
}

function tryLock() {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    return false;
  }
}

/** @returns {number | undefined} */
function readHolder() {
  try {
    const text = readFileSync(LOCK, "utf8");
    // An empty file belongs to a process that is just writing it, or was killed in that instant: treat as stale only with a number.
    return text === "" ? undefined : Number(text);
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
