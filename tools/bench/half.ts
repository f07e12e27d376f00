// Half precision on the CPU: products against float32's, and training steps by precision, beside Lightning Fabric in the same run.
import * as torch from "@fabric/torch";
import { type Burst, median, perCallNs } from "./burst.js";
import { GPT, GPT_BATCH, gptCase, mlpCase } from "./cases/steps.js";
import { atLeast, columns } from "./columns.js";
import type { Peer } from "./peer.js";

const DTYPES = ["float32", "bfloat16", "float16"] as const;
/** Of float32's rate in the same run. */
const PRODUCT_BOUND = 0.75;
const STEP_BOUND = 0.85;

/** Which kernels serve each format here. */
export function halfKernels(): string {
  const { bfloat16, float16 } = torch.buildInfo().halfCpu;
  return `bfloat16 ${bfloat16}, float16 ${float16} (native: libtorch's kernels; float32: ours)`;
}

/** GFLOP/s of square products in each format, ours and Python's in turns. */
export async function productTable(peer: Peer | null, bursts: number): Promise<string> {
  const lines = [
    ["mm", "format", "ours", "of our float32", "bound", "", "Python", "ours / Python"],
  ];
  for (const n of [512, 2048]) {
    const flops = 2 * n ** 3;
    // libtorch's half products take a minute and more at 2048 without units.
    const isForPeer = (dtype: string): boolean =>
      peer !== null && (n === 512 || dtype === "float32");
    const runs = DTYPES.map((dtype): Burst => {
      const [a, b] = [torch.randn([n, n]).to(dtype), torch.randn([n, n]).to(dtype)];
      return (calls) =>
        torch.scope(() => {
          for (let i = 0; i < calls; i++) torch.mm(a, b);
        });
    });
    const ours = DTYPES.map((): number[] => []);
    const theirs = DTYPES.map((): number[] => []);
    const calls = n === 512 ? 10 : 1;
    for (let burst = 0; burst < bursts; burst++) {
      for (const [i, dtype] of DTYPES.entries()) {
        ours[i]?.push(perCallNs(runs[i] as Burst, calls));
        if (!isForPeer(dtype) || (dtype !== "float32" && burst > 2)) continue;
        theirs[i]?.push(
          await (peer as Peer).burst(`product:${n}:${dtype}`, dtype === "float32" ? calls : 1),
        );
      }
    }
    const rate = (times: readonly number[] | undefined): number => flops / median(times ?? []);
    const own = rate(ours[0]);
    for (const [i, dtype] of DTYPES.entries()) {
      const [mine, python] = [rate(ours[i]), rate(theirs[i])];
      const share = i === 0 ? ["", "", ""] : atLeast(mine / own, PRODUCT_BOUND);
      const peers = Number.isNaN(python)
        ? ["not run", ""]
        : [`${python.toFixed(1)} GFLOP/s`, `${(mine / python).toFixed(2)}`];
      lines.push([`${n} x ${n}`, dtype, `${mine.toFixed(1)} GFLOP/s`, ...share, ...peers]);
    }
  }
  return columns(lines);
}

interface Model {
  readonly name: string;
  readonly peer: string;
  readonly make: (precision: string) => Burst;
  /** Units of work a step, for the rate shown. */
  readonly work: number;
  readonly unit: string;
  readonly calls: number;
  /** Least speed-up over Lightning's bf16-mixed, where the CPU has no bfloat16 units. */
  readonly overMixed: number;
  /** Least speed-up of 32-true over Lightning's. */
  readonly overFull: number;
}

const MODELS: readonly Model[] = [
  {
    name: "MLP",
    peer: "mlp",
    make: mlpCase,
    work: 1,
    unit: "steps/s",
    calls: 20,
    overMixed: 6,
    overFull: 1.1,
  },
  {
    name: "GPT",
    peer: "gpt",
    make: gptCase,
    work: GPT_BATCH * GPT.context,
    unit: "tokens/s",
    calls: 2,
    overMixed: 25,
    overFull: 1,
  },
];
const PRECISIONS = ["32-true", "bf16-mixed", "16-mixed", "bf16-true", "16-true"] as const;
/** What Lightning Fabric runs: [precision, fused AdamW, what ours is compared with it]. */
const PEERS = [
  ["32-true", "default"],
  ["32-true", "fused"],
  ["bf16-mixed", "fused"],
] as const;

/** Steps a second (tokens for the GPT) by precision, against our own 32-true and against Lightning Fabric. */
export async function stepTables(peer: Peer | null, bursts: number): Promise<string[]> {
  const tables: string[] = [];
  const usable = peer !== null && peer.versions.lightning !== null ? peer : null;
  for (const model of MODELS) {
    const runs = PRECISIONS.map((precision) => model.make(precision));
    const ours = PRECISIONS.map((): number[] => []);
    const theirs = PEERS.map((): number[] => []);
    for (let burst = 0; burst < bursts; burst++) {
      for (const [i, run] of runs.entries()) ours[i]?.push(perCallNs(run, model.calls));
      for (const [i, [precision, adam]] of PEERS.entries()) {
        // Minutes a burst where libtorch has no units for bfloat16.
        const isSlow = precision === "bf16-mixed";
        if (usable === null || (isSlow && burst > 0)) continue;
        theirs[i]?.push(
          await usable.burst(`step:${model.peer}:${precision}:${adam}`, isSlow ? 1 : model.calls),
        );
      }
    }
    const rate = (times: readonly number[] | undefined): number =>
      (model.work * 1e9) / median(times ?? []);
    const [full, fused, mixed] = [rate(theirs[0]), rate(theirs[1]), rate(theirs[2])];
    const own = rate(ours[0]);
    const hasUnits = torch.buildInfo().halfCpu.bfloat16 === "native";
    const show = (value: number): string =>
      Number.isNaN(value) ? "-" : `${value.toFixed(value < 100 ? 1 : 0)} ${model.unit}`;
    const lines = [
      [
        `${model.name} step`,
        "ours",
        "of our 32-true",
        "bound",
        "",
        "over Lightning's",
        "times",
        "bound",
        "",
      ],
    ];
    for (const [i, precision] of PRECISIONS.entries()) {
      const mine = rate(ours[i]);
      const share = i === 0 ? ["", "", ""] : atLeast(mine / own, STEP_BOUND);
      const against =
        i === 0
          ? [`32-true, fused AdamW: ${show(fused)}`, ...atLeast(mine / fused, model.overFull)]
          : [
              `bf16-mixed: ${show(mixed)}`,
              ...atLeast(mine / mixed, hasUnits ? null : model.overMixed),
            ];
      lines.push([precision, show(mine), ...share, ...against]);
    }
    lines.push([
      "32-true",
      show(own),
      "",
      "",
      "",
      `32-true, default AdamW: ${show(full)}`,
      ...atLeast(own / full, model.overFull),
    ]);
    tables.push(columns(lines));
  }
  return tables;
}
