// LLM.int8() on this CPU: quantising rows, and products of codes beside libtorch's product of float32.
import * as torch from "@fabric/torch";
import { type Burst, median, perCallNs } from "../burst.js";
import { atLeast, columns } from "../columns.js";

/** Milliseconds that were aimed at, with 2 threads. */
const QUANTIZE_MS = 2.5;
const PRODUCT_MS = 35;
const [ROWS, WIDTH] = [512, 4096];

type Operator = (...args: unknown[]) => unknown;

function operator(name: string): Operator {
  torch.loadPackagedLibrary("fabric_bnb");
  return torch.ops["fabric"]?.[name] as unknown as Operator;
}

function scoped(run: () => void): Burst {
  return (calls) => {
    for (let i = 0; i < calls; i++) torch.scope(run);
  };
}

/** Rows of float32, rounded to float16 on the way, and the product of [rows, 4096] with [4096, 4096], in codes and in float32. */
export function int8Cases(rows: number): Record<"quantize" | "int8" | "float32", Burst> {
  const [quantize, multiply] = [operator("int8_vectorwise_quant"), operator("int8_scaled_mm")];
  const x = torch.randn([ROWS, WIDTH]);
  const [a, w] = [torch.randn([rows, WIDTH]), torch.randn([WIDTH, WIDTH])];
  const [codes, rowStats] = quantize(a, 0, true) as torch.Tensor[];
  const [weight, colStats] = quantize(w, 0, true) as torch.Tensor[];
  const transposed = w.t();
  return {
    quantize: scoped(() => void quantize(x, 0, true)),
    int8: scoped(() => void multiply(codes, weight, rowStats, colStats, null, "float32")),
    float32: scoped(() => void torch.mm(a, transposed)),
  };
}

/** Milliseconds and rates, the two products in turns. */
export function int8Table(bursts: number): string {
  const lines = [["case", "median", "best", "rate", "of float32's time", "at most", ""]];
  const ms = (ns: number): string => `${(ns / 1e6).toFixed(2)} ms`;
  for (const rows of [1, 64, 512]) {
    const runs = int8Cases(rows);
    const calls = rows === 512 ? 1 : 4;
    const times = { quantize: [] as number[], int8: [] as number[], float32: [] as number[] };
    for (let burst = 0; burst < bursts; burst++)
      for (const name of ["quantize", "int8", "float32"] as const)
        times[name].push(perCallNs(runs[name], calls));
    const line = (title: string, ns: readonly number[], work: number, unit: string): string[] => [
      title,
      ms(median(ns)),
      ms(Math.min(...ns)),
      `${(work / median(ns)).toFixed(1)} ${unit}`,
    ];
    const atMost = (ns: readonly number[], bound: number): string[] => {
      const [, , verdict = ""] = atLeast(bound / (median(ns) / 1e6), 1);
      return [`${bound} ms`, verdict];
    };
    if (rows === 1) {
      const title = `quantise ${ROWS} x ${WIDTH} float32`;
      const work = ROWS * WIDTH * 5;
      lines.push([
        ...line(title, times.quantize, work, "GB/s"),
        "",
        ...atMost(times.quantize, QUANTIZE_MS),
      ]);
    }
    const size = `${rows} x ${WIDTH} x ${WIDTH}`;
    const work = 2 * rows * WIDTH * WIDTH;
    const ratio = (median(times.int8) / median(times.float32)).toFixed(2);
    lines.push([
      ...line(`int8 product, ${size}`, times.int8, work, "GOP/s"),
      ratio,
      ...(rows === 64 ? atMost(times.int8, PRODUCT_MS) : ["", ""]),
    ]);
    lines.push([
      ...line(`float32 product, ${size}`, times.float32, work, "GFLOP/s"),
      "1.00",
      "",
      "",
    ]);
  }
  return columns(lines);
}
