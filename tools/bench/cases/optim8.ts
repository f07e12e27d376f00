// Steps of Adam with 8-bit state, beside libtorch's fused float32 Adam and beside what memory allows.
import { optim as bnb } from "@fabric/precision-bnb";
import * as torch from "@fabric/torch";
import { type Burst, median, perCallNs } from "../burst.js";
import { columns } from "../columns.js";

interface Shape {
  readonly name: string;
  /** Parameters and elements of each. */
  readonly count: number;
  readonly size: number;
  readonly dtype: "float32" | "bfloat16";
}

const SHAPES: readonly Shape[] = [
  { name: "4.2 M", count: 1, size: 4_194_304, dtype: "float32" },
  { name: "4.2 M", count: 1, size: 4_194_304, dtype: "bfloat16" },
  { name: "1000 of 4.2 K", count: 1000, size: 4200, dtype: "float32" },
  { name: "1000 of 1 K (32-bit state)", count: 1000, size: 1000, dtype: "float32" },
];
/** Milliseconds that 4.2 M float32 parameters may take with two threads. */
const BOUND = 15;
const CALLS = 5;

type Make = (params: torch.Tensor[]) => torch.optim.Optimizer;

/** Bytes that a step moves for one element: parameter and two moments in and out, gradient in; a scale a block of each moment. */
function bytesOf({ size, dtype }: Shape): number {
  const width = dtype === "float32" ? 4 : 2;
  return 3 * width + (size < 4096 ? 16 : 4 + 16 / 256);
}

function stepOf(make: Make, { count, size, dtype }: Shape): Burst {
  const params = Array.from({ length: count }, () =>
    torch.randn([size]).to(dtype).requiresGrad_(true),
  );
  for (const param of params) param.grad = torch.randn([size]).to(dtype);
  const optimizer = make(params);
  return (calls) => {
    for (let i = 0; i < calls; i++) optimizer.step();
  };
}

/** Nanoseconds a byte, read or written, of a large copy. */
function copyBurst(): [Burst, bytes: number] {
  const [from, to] = [torch.randn([1 << 24]), torch.randn([1 << 24])];
  const run: Burst = (calls) => {
    for (let i = 0; i < calls; i++) to.copy_(from);
  };
  return [run, 2 * 4 * (1 << 24)];
}

/** Milliseconds a step, ours, libtorch's fused one with 32-bit state and a copy in turns. */
export function adam8bitTable(bursts: number): string {
  const lines = [
    [
      "Adam step",
      "dtype",
      "8-bit state",
      "bound",
      "",
      "fused, 32-bit state",
      "time ratio",
      "of memory's limit",
    ],
  ];
  const [copy, copied] = copyBurst();
  for (const shape of SHAPES) {
    const ours = stepOf((params) => new bnb.Adam8bit(params), shape);
    const fused = stepOf((params) => new torch.optim.Adam(params), shape);
    const times: [number[], number[], number[]] = [[], [], []];
    for (let burst = 0; burst < bursts; burst++)
      for (const [i, run] of [ours, fused, copy].entries()) times[i]?.push(perCallNs(run, CALLS));
    const [own, theirs, perCopy] = times.map(median) as [number, number, number];
    const least = (bytesOf(shape) * shape.count * shape.size * perCopy) / copied;
    const isBound = shape === SHAPES[0];
    lines.push([
      shape.name,
      shape.dtype,
      `${(own / 1e6).toFixed(2)} ms`,
      isBound ? `<= ${BOUND} ms` : "",
      isBound ? (own / 1e6 <= BOUND ? "met" : "MISSED") : "",
      `${(theirs / 1e6).toFixed(2)} ms`,
      (own / theirs).toFixed(2),
      `${((100 * least) / own).toFixed(0)} %`,
    ]);
  }
  return columns(lines);
}
