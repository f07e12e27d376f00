// `npm run bench`: what a call, a training step and a start cost here, beside Python in the same run where it has torch.
//   -- --quick              fewer and shorter bursts
//   -- --only operators     one group or several by commas: operators, overhead, fabric, ddp, checkpoint, loader, mlp,
//                           half, steps, bits4, int8, optim8, fp8, import, all-reduce
//   -- --cpu avx2           as a CPU with AVX2 and no more would run, both sides
//   -- --device cuda        the kernels on a GPU instead, each beside libtorch's operators and other libraries; --device cpu runs the same
//                           cases small, as a rehearsal; --only then takes nf4, int8, optim, fp8, models
//   -- --json FILE          with --device: write the rows as data too
//   -- --markdown FILE      write the report to a file too
// FABRIC_BENCH_PYTHON names the Python to compare with; default python3. Both sides use the same number of threads.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as torch from "@fabric/torch";
import { allReduceTable } from "./all-reduce.js";
import { alternate, type Burst, perCallNs } from "./burst.js";
import { bits4Table } from "./cases/bits4.js";
import { fp8Tables } from "./cases/fp8.js";
import { int8Table } from "./cases/int8.js";
import { operatorCases } from "./cases/operators.js";
import { adam8bitTable } from "./cases/optim8.js";
import { mlpCase, tinyGptCase, tinyMlpCase } from "./cases/steps.js";
import { checkpointTable } from "./checkpoints.js";
import { holdBack } from "./cpu.js";
import { ddpTable } from "./ddp.js";
import { deviceBench } from "./device/main.js";
import { overheadTable } from "./fabric-overhead.js";
import { halfKernels, productTable, stepTables } from "./half.js";
import { loaderTable } from "./loaders.js";
import { describeMachine } from "./machine.js";
import { Peer, peerScript, wallNs } from "./peer.js";
import { type Row, table } from "./report.js";

const TITLES: Record<string, string> = {
  add: "add, 1 element",
  addInPlace: "add_, 1 element",
  mm: "mm, 2x2",
  chain: "chain of 100 operators",
};
/** Ratios of time, ours over Python's eager call, that the project promises. */
const IN_SCOPE_BOUND = 0.85;
const OUTSIDE_BOUND = 1.4;
const IMPORT_BOUND = 0.25;

const GROUPS: readonly string[] = [
  "operators",
  "overhead",
  "fabric",
  "ddp",
  "checkpoint",
  "loader",
  "mlp",
  "half",
  "steps",
  "bits4",
  "int8",
  "optim8",
  "fp8",
  "import",
  "all-reduce",
];

interface Settings {
  readonly bursts: number;
  readonly scale: number;
}

async function operatorRows(peer: Peer | null, { bursts, scale }: Settings): Promise<Row[]> {
  const rows: Row[] = [];
  // One thread: on one element the second thread has nothing to do but to disturb the timing.
  for (const inScope of [true, false]) {
    for (const [name, run] of Object.entries(operatorCases(inScope))) {
      const calls = Math.round((name === "chain" ? 400 : 40_000) * scale);
      const pairs = await alternate(
        bursts,
        () => perCallNs(run, calls),
        peer && (() => peer.burst(name, calls)),
      );
      rows.push({
        name: `${TITLES[name]}, ${inScope ? "in a scope" : "outside"}`,
        unit: name === "chain" ? "us" : "ns",
        pairs,
        bound: inScope ? IN_SCOPE_BOUND : OUTSIDE_BOUND,
      });
    }
  }
  return rows;
}

async function mlpRows(
  peer: Peer | null,
  { bursts, scale }: Settings,
  skipped: string[],
): Promise<Row[]> {
  const run: Burst = mlpCase();
  const calls = Math.max(20, Math.round(100 * scale));
  const rows: Row[] = [];
  const withLightning = peer !== null && peer.versions.lightning !== null;
  if (peer !== null && !withLightning)
    skipped.push("Lightning Fabric's side of the MLP steps: lightning is not importable");
  for (const [name, title] of [
    ["mlp", "default AdamW"],
    ["mlpFused", "fused AdamW"],
  ] as const) {
    const theirs = withLightning ? () => peer.burst(name, calls) : null;
    const pairs = await alternate(bursts, () => perCallNs(run, calls), theirs);
    rows.push({
      name: `MLP training, against Lightning Fabric with ${title}`,
      unit: "steps/s",
      pairs,
      bound: 1,
    });
    if (theirs === null) break;
  }
  return rows;
}

/** Steps of models so small that kernels take next to no time; fused AdamW on both sides. */
async function overheadRows(peer: Peer | null, { bursts, scale }: Settings): Promise<Row[]> {
  const usable = peer !== null && peer.versions.lightning !== null ? peer : null;
  const rows: Row[] = [];
  for (const [kind, name, run, calls] of [
    ["tinyMlp", "MLP of width 8", tinyMlpCase(), 1000],
    ["tinyGpt", "GPT of 4 layers of width 8", tinyGptCase(), 150],
  ] as const) {
    const many = Math.round(calls * scale);
    const pairs = await alternate(
      bursts,
      () => perCallNs(run, many),
      usable && (() => usable.burst(`step:${kind}:32-true:fused`, many)),
    );
    rows.push({
      name: `a step of the ${name}, against Lightning Fabric`,
      unit: "us",
      pairs,
      bound: 1,
    });
  }
  return rows;
}

async function importRows(
  peer: Peer | null,
  { bursts }: Settings,
  skipped: string[],
): Promise<Row[]> {
  const ours = (): number =>
    wallNs(process.execPath, [fileURLToPath(new URL("./cases/import-core.mjs", import.meta.url))]);
  ours(); // files into the page cache, for both sides
  const rows: Row[] = [];
  const peers: [string, string, number | null][] = [
    ["import_peer.py", "import + first operator, against lightning.fabric", IMPORT_BOUND],
    ["torch_import_peer.py", "import + first operator, against bare torch", null],
  ];
  for (const [file, name, bound] of peers) {
    const usable = peer !== null && (bound === null || peer.versions.lightning !== null);
    if (!usable && peer !== null) skipped.push(`${name}: lightning is not importable`);
    const python = usable ? peer.versions.python : null;
    if (python !== null) wallNs(python, [peerScript(file)]);
    const theirs = python === null ? null : async () => wallNs(python, [peerScript(file)]);
    rows.push({
      name,
      unit: "ms",
      pairs: await alternate(Math.max(3, Math.round(bursts / 2)), ours, theirs),
      bound,
    });
    if (theirs === null) break;
  }
  return rows;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string" },
      cpu: { type: "string" },
      device: { type: "string" },
      json: { type: "string" },
      markdown: { type: "string" },
    },
  });
  if (values.device !== undefined) {
    process.exitCode = await deviceBench({ ...values, device: values.device });
    return;
  }
  if (values.json !== undefined) throw new Error("--json goes with --device.");
  if (values.cpu !== undefined && holdBack(values.cpu)) return;
  const settings: Settings = values.quick ? { bursts: 5, scale: 0.25 } : { bursts: 15, scale: 1 };
  const groups = values.only?.split(",") ?? [...GROUPS];
  const unknown = groups.filter((group) => !GROUPS.includes(group));
  if (unknown.length > 0)
    throw new Error(`--only: unknown ${unknown.join(", ")}; use ${GROUPS.join(", ")}.`);
  const threads = torch.getNumThreads();
  const started = await Peer.start(process.env.FABRIC_BENCH_PYTHON ?? "python3", threads);
  const peer = typeof started === "string" ? null : started;
  const skipped: string[] =
    typeof started === "string"
      ? [`every comparison with Python: ${started}; name one that has torch in FABRIC_BENCH_PYTHON`]
      : [];
  const rows: Row[] = [];
  const more: string[] = [];
  const fewer = Math.max(3, Math.round(settings.bursts / 2));
  try {
    if (groups.includes("half")) more.push(await productTable(peer, fewer));
    if (groups.includes("steps")) more.push(...(await stepTables(peer, fewer)));
    if (groups.includes("bits4")) more.push(await bits4Table(peer, fewer, skipped));
    if (groups.includes("int8")) more.push(int8Table(fewer));
    if (groups.includes("optim8")) more.push(adam8bitTable(fewer));
    if (groups.includes("fp8")) more.push(...fp8Tables(fewer));
    if (groups.includes("ddp")) more.push(await ddpTable(settings.bursts, settings.scale));
    if (groups.includes("all-reduce")) more.push(await allReduceTable(peer, settings.bursts));
    if (groups.includes("fabric"))
      more.push(await overheadTable(peer, settings.bursts, Math.round(300 * settings.scale)));
    if (groups.includes("checkpoint")) more.push(await checkpointTable(peer, fewer));
    if (groups.includes("loader")) more.push(await loaderTable(peer, fewer));
    if (groups.includes("operators")) rows.push(...(await operatorRows(peer, settings)));
    if (groups.includes("overhead")) rows.push(...(await overheadRows(peer, settings)));
    if (groups.includes("mlp")) rows.push(...(await mlpRows(peer, settings, skipped)));
    if (groups.includes("import")) rows.push(...(await importRows(peer, settings, skipped)));
  } finally {
    peer?.close();
  }
  const against =
    peer === null
      ? "nothing"
      : `Python torch ${peer.versions.torch}, Lightning ${peer.versions.lightning ?? "absent"}`;
  const report = [
    `Machine: ${describeMachine()}.`,
    `Against: ${against}. Medians of ${settings.bursts} alternating bursts; the ratio is ours / Python's in time, below 1 is faster.`,
    `Half precision on the CPU: ${halfKernels()}.`,
    ...(rows.length === 0 ? [] : ["", table(rows)]),
    ...more.flatMap((text) => ["", text]),
    ...(skipped.length === 0 ? [] : ["", "Skipped:", ...skipped.map((what) => `- ${what}`)]),
  ].join("\n");
  process.stdout.write(`${report}\n`);
  if (values.markdown !== undefined) writeFileSync(values.markdown, `${report}\n`);
}

await main();
