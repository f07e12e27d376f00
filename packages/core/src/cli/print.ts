// JSON for programs.

import { plainJson } from "./plain-text.js";

/** Prints a report as indented JSON: never with colours, and nothing in it speaks to a terminal. */
export function printJson(data: unknown): void {
  process.stdout.write(`${plainJson(JSON.stringify(data, null, 2))}\n`);
}
