// FP8 on this CPU: steps in emulated FP8 beside the same in 16 or 32 bits, casts beside libtorch's own steps, and beside what memory gives.
import { DelayedScaling, fp8Autocast, functional, Linear } from "@fabric/precision-te";
import * as torch from "@fabric/torch";
import { type Burst, median, perCallNs } from "../burst.js";
import { atLeast, columns } from "../columns.js";
import { memoryBursts } from "../memory-rate.js";
import { gptCase } from "./steps.js";

const WIDTH = 1024;
/** Tokens of the layers that are timed. */
const TOKENS = [16, 512];
const FP8 = "float8_e4m3fn";
/** Most that a training step of the GPT may take, in steps in bf16-mixed. */
const STEP_BOUND = 2;
/** Rows and columns of casts that are held against memory: 16 million elements, beyond caches. */
const LARGE = 4096;
/** Least share of a copy's rate that a cast with amax must reach. */
const RATE_BOUND = 60;

function scoped(run: () => void): Burst {
  return (calls) => {
    for (let i = 0; i < calls; i++) torch.scope(run);
  };
}

/** A cast of [1024, 1024] with its largest magnitude, ours and in libtorch's operators. */
function castCases(dtype: torch.DType): Record<"ours" | "libtorch", Burst> {
  const x = torch.randn([WIDTH, WIDTH]).to(dtype);
  const scale = torch.ones([1]);
  const history = torch.zeros([16, 1]);
  return {
    ours: scoped(() => void functional.castToFp8(x, { scale, history, transpose: true })),
    libtorch: scoped(() => {
      const wide = x.float();
      history.select(0, 0).copy_(wide.abs().max());
      wide.mul(scale).clamp(-448, 448).to(FP8).t().contiguous();
    }),
  };
}

/** Forward and backward of a linear layer, in FP8 and without. */
function layerCases(tokens: number): Record<"fp8" | "float32", Burst> {
  const layer = new Linear(WIDTH, WIDTH);
  const recipe = new DelayedScaling();
  const x = torch.randn([tokens, WIDTH]).requiresGrad_();
  const gradient = torch.randn([tokens, WIDTH]);
  const step = (enabled: boolean): Burst =>
    scoped(() => {
      fp8Autocast({ recipe, enabled }, () => layer.forward(x)).backward(gradient);
      layer.zeroGrad();
      x.grad = null;
    });
  return { fp8: step(true), float32: step(false) };
}

/** Milliseconds, the two of each case in turns. */
export function fp8Tables(bursts: number): string[] {
  return [emulationTable(bursts), castTable(bursts)];
}

function emulationTable(bursts: number): string {
  const lines = [["FP8 by emulation", "FP8", "beside it", "ratio", "at most", ""]];
  const add = (
    title: string,
    [ours, other]: readonly [Burst, Burst],
    name: string,
    { bound, calls = 4 }: { bound?: number; calls?: number } = {},
  ): void => {
    const times: [number[], number[]] = [[], []];
    for (let burst = 0; burst < bursts; burst++) {
      times[0].push(perCallNs(ours, calls));
      times[1].push(perCallNs(other, calls));
    }
    const [a, b] = times.map(median) as [number, number];
    const verdict =
      bound === undefined ? ["", ""] : [`${bound}`, a / b <= bound ? "met" : "MISSED"];
    lines.push([title, ms(a), `${ms(b)} ${name}`, (a / b).toFixed(2), ...verdict]);
  };
  const gpt = [gptCase("transformer-engine"), gptCase("bf16-mixed")] as const;
  add("training step of the GPT", gpt, "bf16-mixed", { bound: STEP_BOUND, calls: 2 });
  for (const tokens of TOKENS) {
    const { fp8, float32 } = layerCases(tokens);
    add(`step of a ${WIDTH} x ${WIDTH} layer, ${tokens} rows`, [fp8, float32], "float32");
  }
  for (const dtype of ["float32", "bfloat16"] as const) {
    const { ours, libtorch } = castCases(dtype);
    add(`cast, transpose and amax of ${WIDTH} x ${WIDTH} ${dtype}`, [ours, libtorch], "libtorch");
  }
  return columns(lines);
}

/** Bytes a second of casts with amax, reads and writes counted once each, as a share of those of a copy in the same run. */
function castTable(bursts: number): string {
  const lines = [
    [`casts of ${LARGE} x ${LARGE} with amax`, "median", "GB/s", "a copy", "share, %", "bound", ""],
  ];
  const { copy } = memoryBursts();
  const options = { scale: torch.ones([1]), history: torch.zeros([16, 1]) };
  const size = { float32: 4, bfloat16: 2 } as const;
  for (const transpose of [false, true])
    for (const dtype of ["float32", "bfloat16"] as const) {
      const x = torch.randn([LARGE, LARGE]).to(dtype);
      const cast = scoped(() => void functional.castToFp8(x, { ...options, transpose }));
      const bytes = LARGE * LARGE * (size[dtype] + (transpose ? 2 : 1));
      const times: Record<"own" | "copy", number[]> = { own: [], copy: [] };
      for (let burst = 0; burst < bursts; burst++) {
        times.own.push(perCallNs(cast, 2));
        times.copy.push(perCallNs(copy.run, 2));
      }
      const own = median(times.own);
      const [rate, most] = [bytes / own, copy.bytes / median(times.copy)];
      lines.push([
        transpose ? `${dtype}, and the transpose` : dtype,
        ms(own),
        rate.toFixed(1),
        `${most.toFixed(1)} GB/s`,
        ...atLeast((100 * rate) / most, transpose ? null : RATE_BOUND),
      ]);
      x.dispose();
    }
  return columns(lines);
}

const ms = (ns: number): string => `${(ns / 1e6).toFixed(2)} ms`;
