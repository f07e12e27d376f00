// JSON for programs.

/** Prints a report as indented JSON: never with colours. @internal */
export function printJson(data: unknown): void {
  process.stdout.write(`${JSON.stringify(data, null, 2)}\n`);
}
