// `fabric precisions`: every alias, who serves it, and how to get those that are missing.

import { KNOWN_ALIASES, resolvePrecision, servedAliases } from "../connector/precision-values.js";
import type { PrecisionEnvironment } from "../precision.js";
import { type Command, JSON_OPTION } from "./command.js";
import { noArguments, parseCommand } from "./parse.js";
import { printJson } from "./print.js";
import { table } from "./table.js";

const CPU: PrecisionEnvironment = { accelerator: "cpu", device: "cpu" };

/** One alias. @internal */
export interface PrecisionRow {
  readonly alias: string;
  readonly package: string;
  readonly installed: boolean;
  /** Whether the plugin could be made. */
  readonly usable: boolean;
  /** What the plugin says that it does, or why it cannot. */
  readonly status: string;
}

/** `fabric precisions`. @internal */
export const precisionsCommand: Command = {
  name: "precisions",
  summary: "precision aliases, and who serves them",
  options: [JSON_OPTION],
  details: ["Makes every installed plugin once, for the CPU, and asks it what it does."],
  examples: [
    ["fabric precisions", "a table"],
    ["fabric precisions --json", "the same for a program"],
  ],
  async run(args) {
    const parsed = parseCommand([JSON_OPTION], args);
    noArguments(parsed);
    const rows = precisionRows();
    if (parsed.flag("json")) printJson(rows);
    else
      process.stdout.write(
        table(
          ["precision", "package", "what it does"],
          rows.map((row) => [row.alias, row.package, row.status]),
        ),
      );
    return 0;
  },
};

/** The rows of the list; makes each installed plugin once, for that place, to ask it. @internal */
export function precisionRows(place: PrecisionEnvironment = CPU): PrecisionRow[] {
  const served = servedAliases();
  const missing = [...KNOWN_ALIASES].filter(([alias]) => !served.has(alias));
  const auto = {
    alias: "auto",
    package: "@fabric/core",
    installed: true,
    usable: true,
    status: "one of these, chosen by the hardware: bf16-mixed, 16-mixed or 32-true",
  };
  return [
    auto,
    ...[...served].map(([alias, owner]) => ({
      alias,
      package: owner,
      installed: true,
      ...statusOf(alias, place),
    })),
    ...missing.map(([alias, owner]) => ({
      alias,
      package: owner,
      installed: false,
      usable: false,
      status: `not installed: pnpm add ${owner}`,
    })),
  ];
}

function statusOf(alias: string, place: PrecisionEnvironment): { usable: boolean; status: string } {
  try {
    const precision = resolvePrecision(alias).create(place);
    const text = precision.describe();
    precision.teardown();
    const status = text.startsWith(`${alias}: `) ? text.slice(alias.length + 2) : text;
    return { usable: true, status };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { usable: false, status: `cannot be used: ${reason.split("\n")[0]}` };
  }
}
