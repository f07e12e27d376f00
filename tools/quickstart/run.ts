// One precision from start to end: measure the speed, choose the epochs, train, test, save.
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { type AcceleratorName, data, Fabric, torch } from "@fabric/core";
import { MixedPrecision } from "@fabric/precision-mixed";
import type { DigitSet } from "../../docs/examples/digits.js";
import { accuracy, trainDigits } from "../../docs/examples/mnist.js";
import { FEWEST_EPOCHS, FULL_EPOCHS, type QuickstartOptions } from "./options.js";
import { startProgress } from "./progress.js";

/** Samples a step. */
export const BATCH_SIZE = 32;
/** Seconds that training one precision may take before it gets the fewest epochs. */
const PATIENCE_S = 18;
/** Steps that are timed for each number of threads. */
const PROBE_STEPS = 10;
/** Steps whose mean is the final loss. */
const FINAL_STEPS = 50;

/** What the table says about a precision. */
export interface Result {
  readonly precision: string;
  readonly epochs: number;
  /** Threads that libtorch used: the faster of one and all. */
  readonly threads: number;
  readonly accuracy: number;
  /** Mean training loss over the last 50 steps, in nats. */
  readonly finalLoss: number;
  readonly samplesPerSecond: number;
  /** The most bytes held by tensors while training and testing, those of the data set left out. */
  readonly peakBytes: number;
  readonly checkpointBytes: number;
  readonly seconds: number;
  readonly losses: readonly number[];
}

/** A Fabric for `precision`. By name 16-mixed means bf16-mixed on a CPU, so there the plugin object is given. */
export function makeFabric(precision: string, accelerator: string): Fabric {
  const onCpu = accelerator === "cpu" || (accelerator === "auto" && !torch.cuda.isAvailable());
  const devices = 1;
  if (precision === "16-mixed" && onCpu) {
    const plugin = new MixedPrecision({ precision, device: "cpu" });
    return new Fabric({ accelerator: "cpu", devices, plugins: [plugin] });
  }
  // Fabric checks the name and lists the ones there are.
  return new Fabric({ accelerator: accelerator as AcceleratorName, devices, precision });
}

/** Trains and tests in one precision. Errors of Fabric's constructor pass through: the precision does not work here. */
export async function runPrecision(
  precision: string,
  sets: { train: DigitSet; test: DigitSet },
  options: QuickstartOptions,
): Promise<Result> {
  const fabric = makeFabric(precision, options.accelerator);
  const start = performance.now();
  const { threads, ...chosen } = await plan(fabric, sets.train, options.threads);
  const epochs = options.epochs ?? chosen.epochs;
  torch.setNumThreads(threads);
  // The same weights and the same order of samples for every precision.
  Fabric.seedEverything(options.seed, { verbose: false });
  globalThis.gc?.();
  torch.resetPeakMemory();
  const before = memoryOf(fabric).bytes;
  const steps = epochs * Math.floor(sets.train.length / BATCH_SIZE);
  const bar = startProgress(precision, steps, BATCH_SIZE);
  const trained = await trainDigits(fabric, sets.train, {
    epochs,
    batchSize: BATCH_SIZE,
    onStep: bar.update,
  });
  bar.end();
  const right = accuracy(fabric, trained.model, sets.test);
  const peakBytes = memoryOf(fabric).peakBytes - before;
  const path = join(options.out, "checkpoints", precision);
  rmSync(path, { recursive: true, force: true });
  await fabric.save(path, { model: trained.model, optimizer: trained.optimizer });
  const last = trained.losses.slice(-FINAL_STEPS);
  return {
    precision: fabric.precision.precision,
    epochs,
    threads,
    accuracy: right,
    finalLoss: last.reduce((sum, loss) => sum + loss, 0) / last.length,
    samplesPerSecond: trained.samplesPerSecond,
    peakBytes,
    checkpointBytes: sizeOf(path),
    seconds: (performance.now() - start) / 1000,
    losses: trained.losses,
  };
}

/** How a precision is run, chosen by measuring. */
interface Plan {
  readonly epochs: number;
  readonly threads: number;
}

/**
 * Times a few steps of throw-away networks: with one thread and with all, because on operators this small, and on a
 * machine with other work, waiting for each other can cost more than sharing the work saves; then three epochs, or two
 * where three would take too long.
 */
async function plan(fabric: Fabric, train: DigitSet, allThreads: number): Promise<Plan> {
  const candidates = new Map<number, number>();
  for (const threads of new Set([1, allThreads])) {
    torch.setNumThreads(threads);
    await speed(fabric, train, 2); // first calls build kernels
    candidates.set(threads, await speed(fabric, train, PROBE_STEPS));
  }
  const [threads, rate] = [...candidates].reduce((a, b) => (b[1] > a[1] ? b : a));
  const isQuick = (FULL_EPOCHS * train.length) / rate <= PATIENCE_S;
  return { threads, epochs: isQuick ? FULL_EPOCHS : FEWEST_EPOCHS };
}

/** Samples a second over `steps` steps. */
async function speed(fabric: Fabric, train: DigitSet, steps: number): Promise<number> {
  const samples = Array.from({ length: steps * BATCH_SIZE }, (_, i) => i);
  const [images, labels] = train.tensors;
  const few = new data.TensorDataset(images.at(samples), labels.at(samples));
  return (await trainDigits(fabric, few, { epochs: 1, batchSize: BATCH_SIZE })).samplesPerSecond;
}

function memoryOf(fabric: Fabric): { bytes: number; peakBytes: number } {
  const memory = torch.memory();
  return memory[fabric.device] ?? memory.cpu;
}

/** Bytes of a file, or of all files below a folder. */
function sizeOf(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
