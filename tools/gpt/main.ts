// `npm run gpt`: trains a small GPT on sums, in one precision or in all that are to be compared.
import "../quickstart/openmp.js";
import { isFabricError } from "@fabric/core";
import { compare } from "./compare.js";
import { readOptions, USAGE } from "./options.js";
import { train } from "./train.js";

function main(): void {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") {
    console.log(USAGE);
    return;
  }
  if (options.compare) {
    const table = compare(options, (line) => console.log(line));
    console.log(`\n${table}\n\nLosses: ${options.out}/losses.csv, ${options.out}/losses.png`);
    return;
  }
  const every = Math.max(1, Math.round(options.steps / 20));
  const result = train(options, (step, loss) => {
    if ((step + 1) % every === 0) console.log(`step ${step + 1}: loss ${loss.toFixed(4)}`);
  });
  console.log(
    `held-out loss ${result.heldOut.toFixed(4)}, ${Math.round(result.tokensPerSecond)} tokens/s`,
  );
}

try {
  main();
} catch (error) {
  const known =
    isFabricError(error) ||
    (error instanceof Error &&
      (!("code" in error) || error.code === "ERR_PARSE_ARGS_UNKNOWN_OPTION"));
  console.error(known ? `${(error as Error).message}\n\n${USAGE}` : error);
  process.exitCode = 1;
}
