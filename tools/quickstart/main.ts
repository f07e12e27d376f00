// `npm run quickstart`: trains docs/examples/mnist.ts in each precision that works here, then shows a table and a picture.
import "./openmp.js";
import { isFabricError } from "@fabric/core";
import { loadDigits } from "../../docs/examples/digits.js";
import {
  FEWEST_EPOCHS,
  FULL_EPOCHS,
  type QuickstartOptions,
  readOptions,
  USAGE,
} from "./options.js";
import { drawLosses, resultTable, type Skipped, writeFigures } from "./report.js";
import { type Result, runPrecision } from "./run.js";

/** Codes of errors that say "not here", as against "broken". */
const NOT_HERE = /^FABRIC_(MISSING|UNSUPPORTED)_/;

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") {
    console.log(USAGE);
    return 0;
  }
  const start = performance.now();
  const sets = loadDigits();
  console.log(
    `${sets.train.length} handwritten digits to learn from, ${sets.test.length} held out\n`,
  );
  const results: Result[] = [];
  const skipped: Skipped[] = [];
  for (const precision of options.precisions) {
    try {
      const result = await runPrecision(precision, sets, options);
      results.push(result);
      console.log(summary(result));
    } catch (error) {
      if (!isFabricError(error) || !NOT_HERE.test(error.code)) throw error;
      skipped.push({ precision, reason: error.message });
      console.log(`${precision.padEnd(11)} skipped: ${error.message.split("\n")[0]}`);
    }
  }
  if (results.length === 0) {
    console.error("\nNo precision works here; see the reasons above.");
    return 1;
  }
  console.log(`\n${resultTable(results)}\n`);
  if (results.some((result) => result.epochs !== results[0]?.epochs)) {
    console.log(
      `Precisions that are slow on this processor were given ${FEWEST_EPOCHS} epochs instead of ${FULL_EPOCHS}.`,
    );
  }
  const picture = drawLosses(results, options.out);
  const figures = writeFigures(results, skipped, options.out);
  console.log(`Loss curves: ${picture.png} and ${picture.svg}\nFigures: ${figures}`);
  console.log(`Total: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return verdict(results, options);
}

function summary({
  precision,
  epochs,
  threads,
  accuracy,
  samplesPerSecond,
  seconds,
}: Result): string {
  const rate = Math.round(samplesPerSecond).toLocaleString("en");
  return `${precision.padEnd(11)} ${epochs} epoch${epochs === 1 ? "" : "s"} in ${seconds.toFixed(1)} s, ${rate} samples/s with ${threads} thread${threads === 1 ? "" : "s"}: ${(100 * accuracy).toFixed(2)} % of the held-out digits`;
}

/** Exit status: 1 when a precision missed the accuracy asked for. */
function verdict(results: readonly Result[], { requiredAccuracy }: QuickstartOptions): number {
  if (requiredAccuracy === null) return 0;
  const below = results.filter((result) => !(result.accuracy >= requiredAccuracy));
  for (const { precision, accuracy } of below) {
    console.error(
      `${precision}: ${(100 * accuracy).toFixed(2)} % is below the ${100 * requiredAccuracy} % that this run should reach.`,
    );
  }
  return below.length === 0 ? 0 : 1;
}

process.exitCode = await main().catch((error: unknown) => {
  const known =
    isFabricError(error) ||
    (error instanceof Error && "code" in error && error.code === "ERR_PARSE_ARGS_UNKNOWN_OPTION");
  console.error(known ? `${(error as Error).message}\n` : error);
  return 1;
});
