// What a soak's child process measures and prints.
import { appendFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

/** The options of a child: `--steps 200000 --scope --csv curve.csv`. */
export function readOptions() {
  const { values } = parseArgs({
    options: {
      steps: { type: "string", default: "200000" },
      scope: { type: "boolean", default: false },
      csv: { type: "string" },
    },
  });
  return { steps: Number(values.steps), scope: values.scope, csv: values.csv };
}

const MB = 2 ** 20;

/**
 * Runs `step` in a synchronous loop, so that finalizers which need the event loop would never run, and samples resident memory.
 *
 * Prints one JSON line: resident memory in MB at the first tenth, the end and the peak that the kernel saw; handles before and after.
 */
export function soak({ steps, scope, csv }, torch, step) {
  const every = Math.max(1, Math.floor(steps / 200));
  const samples = [];
  // Memory is the question, not speed: one thread, so that other work on the machine does not stretch each operator.
  torch.setNumThreads(1);
  globalThis.gc?.();
  const handlesBefore = torch.memory().cpu.tensors;
  const start = performance.now();
  for (let i = 0; i < steps; i++) {
    if (scope) torch.scope(() => step(i));
    else step(i);
    if ((i + 1) % every === 0) samples.push([i + 1, process.memoryUsage.rss() / MB]);
  }
  const seconds = (performance.now() - start) / 1000;
  globalThis.gc?.();
  const handlesAfter = torch.memory().cpu.tensors;
  if (csv !== undefined) {
    writeFileSync(csv, "step,rss_mb\n");
    appendFileSync(csv, samples.map(([at, mb]) => `${at},${mb.toFixed(1)}\n`).join(""));
  }
  const settled = samples[Math.floor(samples.length / 10)][1];
  const report = {
    scope,
    steps,
    seconds: round(seconds),
    settledRssMb: round(settled),
    endRssMb: round(samples[samples.length - 1][1]),
    // ru_maxrss is in KiB
    peakRssMb: round(process.resourceUsage().maxRSS / 1024),
    handlesBefore,
    handlesAfter,
  };
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

function round(x) {
  return Math.round(x * 10) / 10;
}
