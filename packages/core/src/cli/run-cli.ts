// Picks the subcommand and turns errors into exit codes: 0 done, 1 failed, 2 wrong usage.

import { readFileSync } from "node:fs";

import { isFabricError } from "../torch.js";
import type { Command, UsageError } from "./command.js";
import { COMMANDS, commandTable } from "./commands.js";
import { commandHelp, overview } from "./help.js";
import { missingCommand } from "./missing-command.js";
import { wantsHelp } from "./parse.js";
import { plainLines } from "./plain-text.js";
import { unknownCommand } from "./unknown-command.js";

/** Runs the command line without `node` and script; returns the exit code. @internal */
export async function runCli(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined) {
    process.stderr.write(overview(commandTable()));
    return 2;
  }
  if (name === "--help" || name === "-h") {
    process.stdout.write(overview(commandTable()));
    return 0;
  }
  if (name === "--version" || name === "-V") {
    process.stdout.write(`${version()}\n`);
    return 0;
  }
  // Only help, completion and names that are not core's need the manifests.
  const own = COMMANDS.find((entry) => entry.name === name);
  const table = own === undefined || own.readsTable === true ? commandTable() : COMMANDS;
  const command = own ?? table.find((entry) => entry.name === name);
  if (command === undefined) {
    const missing = missingCommand(name);
    if (missing !== null) return failed(missing);
    process.stderr.write(`fabric: ${unknownCommand(name, table)}\n`);
    return 2;
  }
  if (command.options !== undefined && wantsHelp(rest)) {
    process.stdout.write(commandHelp(command));
    return 0;
  }
  return runCommand(command, rest, table);
}

async function runCommand(
  command: Command,
  args: readonly string[],
  table: readonly Command[],
): Promise<number> {
  try {
    return await command.run(args, table);
  } catch (error) {
    if (isUsageError(error)) {
      process.stderr.write(
        `fabric ${command.name}: ${error.message}\nSee: fabric help ${command.name}\n`,
      );
      return 2;
    }
    return failed(error);
  }
}

function failed(error: unknown): number {
  process.stderr.write(
    isFabricError(error)
      ? `[fabric] ${error.code}: ${plainLines(error.message)}\n`
      : `${plainLines(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`,
  );
  return 1;
}

/** By name: a plugin's module may see another copy of core. */
function isUsageError(error: unknown): error is UsageError {
  return error instanceof Error && error.name === "UsageError";
}

/** Version of this copy of core. */
function version(): string {
  const manifest = JSON.parse(
    readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
  ) as { version: string };
  return manifest.version;
}
