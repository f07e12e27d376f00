// FP8 on this CPU: casts beside libtorch's own steps, and a training step of a linear layer beside one without FP8.
import { DelayedScaling, fp8Autocast, functional, Linear } from "@fabric/precision-te";
import * as torch from "@fabric/torch";
import { type Burst, median, perCallNs } from "../burst.js";
import { columns } from "../columns.js";

const WIDTH = 1024;
/** Tokens of the layers that are timed. */
const TOKENS = [16, 512];
const FP8 = "float8_e4m3fn";

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
export function fp8Table(bursts: number): string {
  const lines = [["FP8 by emulation", "FP8", "beside it", "ratio"]];
  const add = (title: string, [ours, other]: readonly [Burst, Burst], name: string): void => {
    const times: [number[], number[]] = [[], []];
    for (let burst = 0; burst < bursts; burst++) {
      times[0].push(perCallNs(ours, 4));
      times[1].push(perCallNs(other, 4));
    }
    const [a, b] = times.map(median) as [number, number];
    const ms = (ns: number): string => `${(ns / 1e6).toFixed(2)} ms`;
    lines.push([title, ms(a), `${ms(b)} ${name}`, (a / b).toFixed(2)]);
  };
  for (const dtype of ["float32", "bfloat16"] as const) {
    const { ours, libtorch } = castCases(dtype);
    add(`cast, transpose and amax of ${WIDTH} x ${WIDTH} ${dtype}`, [ours, libtorch], "libtorch");
  }
  for (const tokens of TOKENS) {
    const { fp8, float32 } = layerCases(tokens);
    add(`step of a ${WIDTH} x ${WIDTH} layer, ${tokens} rows`, [fp8, float32], "float32");
  }
  return columns(lines);
}
