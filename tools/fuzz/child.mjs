// One batch of fuzzed calls in a process of its own; writes each call to the journal before making it.
import { openSync, writeSync } from "node:fs";
import { parseArgs } from "node:util";
import * as torch from "@fabric/torch";
import { callsOf } from "./calls.mjs";
import { surface } from "./surface.mjs";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
    count: { type: "string", default: "1000" },
    journal: { type: "string" },
    only: { type: "string" },
    print: { type: "boolean", default: false },
  },
});

torch.setNumThreads(1);
// Warnings of operators are not what is looked for.
process.removeAllListeners("warning");
process.on("warning", () => {});

const makeCall = callsOf(torch, await surface(values.only));
const journal = values.journal === undefined ? undefined : openSync(values.journal, "w");
const seed = Number(values.seed);
const from = Number(values.from);
const tally = { calls: 0, returned: 0, errors: {}, untyped: [] };

for (let number = from; number < from + Number(values.count); number++) {
  // Each call starts from the same random state, so that it can be made again alone.
  torch.manualSeed(number);
  const call = makeCall(seed, number);
  const text = call.text();
  if (values.print) console.log(`${number} ${text}`);
  if (journal !== undefined) {
    const line = Buffer.from(
      `${number}\t${call.operator}\t${text.replaceAll("\n", " ").slice(0, 4000)}\n`,
    );
    writeSync(journal, line, 0, line.length, 0);
  }
  tally.calls += 1;
  try {
    if (call.scoped) torch.scope(call.run);
    else call.run();
    tally.returned += 1;
  } catch (error) {
    if (torch.isFabricError(error)) tally.errors[error.code] = (tally.errors[error.code] ?? 0) + 1;
    else tally.untyped.push(`${number} ${text.slice(0, 300)}: ${error}`);
    if (values.print) console.log(`  ${String(error).split("\n")[0]}`);
  }
}
if (journal !== undefined) writeSync(journal, Buffer.from("done\n"), 0, 5, 0);
console.log(JSON.stringify(tally));
