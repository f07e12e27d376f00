// Picks the subcommand and turns errors into exit codes: 0 done, 1 failed, 2 wrong usage.

import { parseArgs } from "node:util";

import { nearest } from "../nearest.js";
import { FabricError } from "../torch.js";
import { doctor } from "./doctor.js";
import { precisions } from "./precisions.js";
import { testPlugin } from "./test-plugin.js";

/** A report as data for `--json`, and as text. @internal */
export interface Report {
  readonly data: unknown;
  readonly text: string;
}

const COMMANDS: ReadonlyMap<string, { summary: string; run: () => Report }> = new Map([
  ["doctor", { summary: "what is installed, and what works here", run: doctor }],
  ["precisions", { summary: "precision aliases, and who serves them", run: precisions }],
]);

/** Runs the command line without `node` and script; returns the exit code. @internal */
export async function runCli(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    process.stdout.write(help());
    return name === undefined ? 2 : 0;
  }
  if (name === "test-plugin") return testPlugin(rest);
  const command = COMMANDS.get(name);
  if (command === undefined) {
    const near = nearest(name, COMMANDS.keys());
    process.stderr.write(
      `fabric: unknown command \`${name}\`.${near === null ? "" : ` Did you mean \`${near}\`?`}\n\n${help()}`,
    );
    return 2;
  }
  let json: boolean;
  try {
    const { values } = parseArgs({
      args: rest,
      options: { json: { type: "boolean" }, help: { type: "boolean", short: "h" } },
    });
    if (values.help === true) {
      process.stdout.write(help());
      return 0;
    }
    json = values.json ?? false;
  } catch (error) {
    process.stderr.write(`fabric ${name}: ${(error as Error).message}\n`);
    return 2;
  }
  try {
    const report = command.run();
    process.stdout.write(json ? `${JSON.stringify(report.data, null, 2)}\n` : report.text);
    return 0;
  } catch (error) {
    process.stderr.write(
      error instanceof FabricError
        ? `[fabric] ${error.code}: ${error.message}\n`
        : `${String(error)}\n`,
    );
    return 1;
  }
}

function help(): string {
  const lines = [...COMMANDS].map(([name, { summary }]) => `  ${name.padEnd(12)} ${summary}`);
  return `Usage: fabric <command> [--json]\n\n${lines.join("\n")}\n\nExit codes: 0 done, 1 failed, 2 wrong usage.\n`;
}
