// Runs named cases in order and reports each; every rank runs all of them, whatever fails.
import { report } from "../../support/processes.js";

/** A name and what throws if it is not so. */
export type Case = readonly [name: string, run: () => unknown];

/** Reports `[name, null]`, or the error's text in place of null. */
export async function runCases(cases: readonly Case[]): Promise<void> {
  for (const [name, run] of cases) {
    try {
      await run();
      report([name, null]);
    } catch (error) {
      report([name, error instanceof Error ? `${error.message}` : String(error)]);
    }
  }
}
