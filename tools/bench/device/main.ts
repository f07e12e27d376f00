// `npm run bench -- --device cuda`: a case for each kernel, beside libtorch's own operators and other libraries in the same loop.
import { writeFileSync } from "node:fs";
import { torch } from "@fabric/core";
import { median } from "../burst.js";
import { describeMachine } from "../machine.js";
import { type BenchDevice, type DeviceCase, lack } from "./case.js";
import { bits4Cases } from "./cases/bits4.js";
import { fp8Cases } from "./cases/fp8.js";
import { int8Cases } from "./cases/int8.js";
import { modelCases } from "./cases/models.js";
import { optimCases } from "./cases/optim.js";
import { type Clock, cudaClock, hostClock } from "./clock.js";
import type { Rates } from "./cost.js";
import { measuredRates, ratesOf } from "./machines.js";
import { measure, type Plan } from "./measure.js";
import { DevicePeer } from "./peer.js";
import { type DeviceRow, deviceTable, rowsOf } from "./table.js";

const BURSTS = 15;
const FEW_BURSTS = 5;
const REHEARSAL_BURSTS = 2;

/** Options of {@link deviceBench}. */
export interface DeviceBenchOptions {
  readonly device: string;
  readonly quick: boolean;
  /** Groups, by commas. */
  readonly only?: string | undefined;
  /** Files for the report and for its rows as data. */
  readonly markdown?: string | undefined;
  readonly json?: string | undefined;
}

/** Runs the cases and prints the report. @returns the exit status: 1 if there is no such device, or if a case failed. */
export async function deviceBench(options: DeviceBenchOptions): Promise<number> {
  const { device } = options;
  if (device !== "cuda" && device !== "cpu") {
    process.stderr.write(`bench: --device is "${device}"; use cuda, or cpu for a rehearsal.\n`);
    return 1;
  }
  if (device === "cuda" && !torch.cuda.isAvailable()) {
    process.stderr.write(
      "bench: --device cuda, but libtorch sees no CUDA device. Check nvidia-smi, and that libtorch is a CUDA build.\n",
    );
    return 1;
  }
  loadKernels(device);
  torch.setDefaultDevice(device);
  const started = await DevicePeer.start(process.env.FABRIC_BENCH_PYTHON ?? "python3", device);
  const peer = typeof started === "string" ? null : started;
  try {
    return await report(options, device, started);
  } finally {
    peer?.close();
  }
}

function loadKernels(device: BenchDevice): void {
  for (const name of ["fabric_bnb", "fabric_te"]) torch.loadPackagedLibrary(name);
  if (device === "cuda") torch.loadPackagedLibrary("fabric_cuda");
}

async function report(
  options: DeviceBenchOptions,
  device: BenchDevice,
  started: DevicePeer | string,
): Promise<number> {
  const clock = device === "cuda" ? cudaClock(torch.cuda) : hostClock;
  const bursts = device === "cpu" ? REHEARSAL_BURSTS : options.quick ? FEW_BURSTS : BURSTS;
  const peer = typeof started === "string" ? null : started;
  const plan: Plan = { device, bursts, clock, peer };
  const measured = measureRates(clock, device);
  const name = device === "cuda" ? torch.cuda.getDeviceName() : "the CPU";
  const known = device === "cuda" ? ratesOf(name) : null;
  const skipped = typeof started === "string" ? [`other libraries: ${started}`] : absentOf(started);
  const failed: string[] = [];
  const rows: DeviceRow[] = [];
  for (const bench of chosen(device, options.only)) {
    const missing = lack(bench.operator, device);
    if (missing !== null) {
      skipped.push(`${bench.name}: ${missing}`);
      continue;
    }
    process.stderr.write(`bench: ${bench.group}: ${bench.name}\n`);
    try {
      const timings = await measure(bench, plan, (why) => skipped.push(why));
      rows.push(...rowsOf(bench, timings, known ?? measured, device === "cuda"));
    } catch (error) {
      failed.push(`${bench.name}: ${(error as Error).message}`);
    }
    (globalThis as { gc?: () => void }).gc?.();
  }
  const lists: [string, string[]][] = [
    ["Skipped:", skipped],
    ["Failed:", failed],
  ];
  const text = [
    `Device: ${name}. Machine: ${describeMachine()}.`,
    `Roofline: ${describeRates(known ?? measured)}, ${known === null ? "measured here" : "from this GPU's datasheet"}; a copy here moves ${gigabytes(measured)}.`,
    `Medians and minima of ${bursts} bursts in turns. "graph": launches recorded and replayed; "launches": called one by one.`,
    "",
    deviceTable(rows),
    ...lists.flatMap(([title, list]) =>
      list.length === 0 ? [] : ["", title, ...list.map((what) => `- ${what}`)],
    ),
  ].join("\n");
  process.stdout.write(`${text}\n`);
  const { markdown, json } = options;
  if (markdown !== undefined) writeFileSync(markdown, `${text}\n`);
  if (json !== undefined) {
    const data = { device: name, rates: known ?? measured, measured, rows, skipped, failed };
    writeFileSync(json, `${JSON.stringify(data, null, 2)}\n`);
  }
  return failed.length === 0 ? 0 : 1;
}

function chosen(device: BenchDevice, only: string | undefined): DeviceCase[] {
  const all = [bits4Cases, int8Cases, optimCases, fp8Cases, modelCases].flatMap((make) =>
    make(device),
  );
  if (only === undefined) return all;
  const groups = new Set(all.map(({ group }) => group));
  const wanted = only.split(",");
  const unknown = wanted.filter((group) => !groups.has(group));
  if (unknown.length > 0)
    throw new Error(`--only: unknown ${unknown.join(", ")}; use ${[...groups].join(", ")}.`);
  return all.filter(({ group }) => wanted.includes(group));
}

/** Bytes and operations a second of a large copy and of a large product. */
function measureRates(clock: Clock, device: BenchDevice): Rates {
  const elements = device === "cuda" ? 2 ** 28 : 2 ** 22;
  const width = device === "cuda" ? 8192 : 256;
  const [from, to] = [torch.empty([elements]), torch.empty([elements])];
  const [a, b] = [0, 1].map(() => torch.randn([width, width], { dtype: "bfloat16" }));
  const ns = (run: () => unknown): number => {
    const timed = clock.prepare(() => torch.scope(() => void run()), 4, false);
    return median([0, 1, 2].map(() => timed.burst()));
  };
  const copy = ns(() => to.copy_(from));
  const product = ns(() => torch.mm(a as torch.Tensor, b as torch.Tensor));
  return measuredRates((8 * elements * 1e9) / copy, (2 * width ** 3 * 1e9) / product);
}

function absentOf({ versions }: DevicePeer): string[] {
  return Object.entries(versions)
    .filter(([, version]) => version === null)
    .map(([name]) => `${name}: not importable by the Python of FABRIC_BENCH_PYTHON`);
}

const gigabytes = (rates: Rates): string => `${(rates.bytes / 1e9).toFixed(0)} GB/s`;

function describeRates(rates: Rates): string {
  const tera = (flops: number): string => `${(flops / 1e12).toFixed(flops < 1e13 ? 2 : 0)} T`;
  const { bfloat16, int8, float8 } = rates.flops;
  return `${gigabytes(rates)}, products ${tera(bfloat16)} in bfloat16, ${tera(int8)} in int8, ${tera(float8)} in FP8`;
}
