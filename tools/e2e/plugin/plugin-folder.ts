/** A plugin's folder outside the workspace, whose dependencies are the workspace's own packages: no registry is asked. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { ROOT } from "../../setup/paths.mjs";

/** Packages that an author installs. */
const FABRIC = ["core", "torch", "precision-testkit"];
const TOOLS = ["typescript", "vitest"];
const COMMANDS: Readonly<Record<string, string>> = {
  tsc: join(ROOT, "node_modules/typescript/bin/tsc"),
  vitest: join(ROOT, "node_modules/vitest/vitest.mjs"),
  fabric: join(ROOT, "packages/core/bin/fabric.js"),
};

/** Puts links in the place of `npm install`: the workspace's packages and commands, and what `package.json` names by `file:`. */
export function linkDependencies(folder: string): void {
  const modules = join(folder, "node_modules");
  const link = (target: string, name: string): void => {
    const path = join(modules, name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(target, path);
  };
  for (const name of FABRIC) link(join(ROOT, "packages", name), `@fabric/${name}`);
  for (const name of TOOLS) link(join(ROOT, "node_modules", name), name);
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    dependencies?: Record<string, string>;
  };
  for (const [name, range] of Object.entries(dependencies))
    if (range.startsWith("file:")) link(resolve(folder, range.slice("file:".length)), name);
  mkdirSync(join(modules, ".bin"));
  for (const [name, script] of Object.entries(COMMANDS)) {
    const text = `#!/bin/sh\nexec "${process.execPath}" "${script}" "$@"\n`;
    writeFileSync(join(modules, ".bin", name), text, { mode: 0o755 });
  }
}

/** What a command printed and how it ended. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in a folder as its author would: `node`, `npm`, or one that the folder's packages bring. */
export function runIn(folder: string, command: string, args: readonly string[]): Outcome {
  // Not the variables of the test run around it.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(VITEST|FABRIC_|npm_|NODE_ENV$|NODE_OPTIONS$|NODE_PATH$)/.test(name),
    ),
  );
  const path = [
    join(folder, "node_modules/.bin"),
    dirname(process.execPath),
    env["PATH"] ?? "",
  ].join(delimiter);
  return spawnSync(command, args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...env, PATH: path, NO_COLOR: "1", OMP_NUM_THREADS: "1" },
  });
}
