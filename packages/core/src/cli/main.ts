#!/usr/bin/env node
// The `fabric` command: finds the project's own copy of core, then runs the subcommand.

import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { runCli } from "./run-cli.js";

/** This module in the copy of core that the project in the working directory uses, or null if it is this one. */
function projectCli(): string | null {
  const own = realpathSync(fileURLToPath(import.meta.url));
  try {
    const manifest = createRequire(join(process.cwd(), "package.json")).resolve(
      "@fabric/core/package.json",
    );
    const cli = join(dirname(realpathSync(manifest)), "dist", "cli", "run-cli.js");
    return existsSync(cli) && dirname(cli) !== dirname(own) ? cli : null;
  } catch {
    return null;
  }
}

/** Exit code of a program whose reader has gone, as in `fabric doctor | head -1`. */
const BROKEN_PIPE = 128 + 13;

async function main(): Promise<void> {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(BROKEN_PIPE);
    throw error;
  });
  const other = projectCli();
  const run =
    other === null
      ? runCli
      : ((await import(pathToFileURL(other).href)) as { runCli: typeof runCli }).runCli;
  process.exitCode = await run(process.argv.slice(2));
}

main().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}\n`,
  );
  process.exitCode = 1;
});
