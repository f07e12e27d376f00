// `fabric precisions`: every alias, who serves it, and how to get those that are missing.

import { KNOWN_ALIASES, servedAliases } from "../connector/precision-values.js";
import type { Report } from "./run-cli.js";
import { table } from "./table.js";

/** One alias. */
interface Row {
  readonly alias: string;
  readonly package: string;
  readonly installed: boolean;
}

/** Lists our own aliases and those of installed plugins. @internal */
export function precisions(): Report {
  const rows = precisionRows();
  const text = table(
    ["precision", "package", ""],
    rows.map((row) => [
      row.alias,
      row.package,
      row.installed ? "ready" : `pnpm add ${row.package}`,
    ]),
  );
  return { data: rows, text };
}

/** The rows of the list. @internal */
export function precisionRows(): Row[] {
  const served = servedAliases();
  const missing = [...KNOWN_ALIASES].filter(([alias]) => !served.has(alias));
  return [
    ...[...served].map(([alias, owner]) => ({ alias, package: owner, installed: true })),
    ...missing.map(([alias, owner]) => ({ alias, package: owner, installed: false })),
  ];
}
