// `fabric precisions`: every alias, who serves it, and how to get those that are missing.

import { KNOWN_ALIASES, resolvePrecision, servedAliases } from "../connector/precision-values.js";
import type { Report } from "./run-cli.js";
import { table } from "./table.js";

/** One alias. */
interface Row {
  readonly alias: string;
  readonly package: string;
  readonly installed: boolean;
  /** What the plugin says that it does, or why it cannot. */
  readonly status: string;
}

/** Lists our own aliases and those of installed plugins. @internal */
export function precisions(): Report {
  const rows = precisionRows();
  const text = table(
    ["precision", "package", ""],
    rows.map((row) => [row.alias, row.package, row.status]),
  );
  return { data: rows, text };
}

/** The rows of the list; makes each installed plugin once, for the CPU, to ask it. @internal */
export function precisionRows(): Row[] {
  const served = servedAliases();
  const missing = [...KNOWN_ALIASES].filter(([alias]) => !served.has(alias));
  return [
    ...[...served].map(([alias, owner]) => ({
      alias,
      package: owner,
      installed: true,
      status: statusOf(alias),
    })),
    ...missing.map(([alias, owner]) => ({
      alias,
      package: owner,
      installed: false,
      status: `not installed: pnpm add ${owner}`,
    })),
  ];
}

function statusOf(alias: string): string {
  try {
    const precision = resolvePrecision(alias).create({ accelerator: "cpu", device: "cpu" });
    const text = precision.describe();
    precision.teardown();
    return text.startsWith(`${alias}: `) ? text.slice(alias.length + 2) : text;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `cannot be used: ${reason.split("\n")[0]}`;
  }
}
