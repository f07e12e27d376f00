/** A plugin's folder outside the workspace, whose dependencies are the workspace's own packages: no registry is asked. */
import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../../setup/paths.mjs";

/** Packages that an author installs. */
const FABRIC = ["core", "torch", "precision-testkit"];
const TOOLS = ["typescript", "vitest"];

/** Puts links in the place of `npm install`. */
export function linkDependencies(folder: string): void {
  const modules = join(folder, "node_modules");
  const link = (target: string, name: string): void => {
    const path = join(modules, name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(target, path);
  };
  for (const name of FABRIC) link(join(ROOT, "packages", name), `@fabric/${name}`);
  for (const name of TOOLS) link(join(ROOT, "node_modules", name), name);
}

const COMMANDS: Readonly<Record<string, string>> = {
  tsc: join(ROOT, "node_modules/typescript/bin/tsc"),
  vitest: join(ROOT, "node_modules/vitest/vitest.mjs"),
  fabric: join(ROOT, "packages/core/bin/fabric.js"),
};

/** What a command printed and how it ended. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `tsc`, `vitest`, `fabric`, or `node` in a plugin's folder, as its author would. */
export function runIn(folder: string, command: string, args: readonly string[]): Outcome {
  const script = COMMANDS[command];
  if (script === undefined && command !== "node") throw new Error(`no command ${command}`);
  // Not the variables of the test run around it.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(VITEST|FABRIC_|NODE_ENV$|NODE_OPTIONS$|NODE_PATH$)/.test(name),
    ),
  );
  return spawnSync(process.execPath, [...(script === undefined ? [] : [script]), ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { ...env, NO_COLOR: "1", OMP_NUM_THREADS: "1" },
  });
}
