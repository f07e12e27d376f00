// What runs after setup: the command that the person asked for, with their arguments.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { SetupFailure } from "../libtorch/failure.mjs";
import { ROOT, STATE } from "./paths.mjs";
import { pnpmScript } from "./pnpm.mjs";

/** @type {Record<string, { args: string[], env?: Record<string, string>, needsPnpm?: boolean }>} */
const TASKS = {
  build: { args: [] },
  test: { args: ["node_modules/vitest/vitest.mjs", "run"] },
  "test:long": { args: ["node_modules/vitest/vitest.mjs", "run"], env: { FABRIC_TEST_LONG: "1" } },
  gpt: { args: ["--expose-gc", "--import", "tsx/esm", "tools/gpt/main.ts"] },
  quickstart: { args: ["--expose-gc", "--import", "tsx/esm", "tools/quickstart/main.ts"] },
  pack: { args: ["tools/pack/main.mjs"] },
  "pack:gpu": { args: ["tools/gpu-pack/main.mjs"] },
  "check:packages": { args: ["tools/pack/check.mjs"] },
  nx: {
    args: ["node_modules/nx/dist/bin/nx.js"],
    env: { NX_NO_CLOUD: "true", NX_DAEMON: "false" },
    needsPnpm: true,
  },
  bench: { args: ["--expose-gc", "--import", "tsx/esm", "tools/bench/main.ts"] },
};

/**
 * Runs a task to its end.
 *
 * @param {string} name
 * @param {string[]} extra
 * @returns {Promise<number>} its exit status
 */
export async function runTask(name, extra) {
  const task = TASKS[name];
  if (task === undefined) {
    throw new SetupFailure(
      `Unknown task "${name}".`,
      `Use one of ${Object.keys(TASKS).join(", ")}.`,
    );
  }
  if (task.args.length === 0) return 0;
  const script = task.args.at(task.args[0] === "--expose-gc" ? -1 : 0) ?? "";
  if (!existsSync(join(ROOT, script))) {
    throw new SetupFailure(
      `${script} does not exist.`,
      "Check that the checkout is complete (git status).",
    );
  }
  const child = spawn(process.execPath, [...task.args, ...extra], {
    cwd: ROOT,
    env: { ...process.env, ...task.env, ...(task.needsPnpm ? await pnpmOnPath() : {}) },
    stdio: "inherit",
  });
  // The child has the terminal: an interrupt reaches it too, and it decides how to end.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (status, signal) => done(status ?? (signal === "SIGINT" ? 130 : 1)));
  });
}

/** nx runs packages' scripts through a `pnpm` on PATH, and the pinned one is not installed globally. */
async function pnpmOnPath() {
  const bin = join(STATE, "bin");
  mkdirSync(bin, { recursive: true });
  const shim = `#!/bin/sh\nexec "${process.execPath}" "${await pnpmScript()}" "$@"\n`;
  writeFileSync(join(bin, "pnpm"), shim, { mode: 0o755 });
  return { PATH: `${bin}${delimiter}${process.env.PATH ?? ""}` };
}
