// 4-bit weights and 8-bit blocks on this CPU, beside libtorch's float32, bitsandbytes' CPU build, and what memory allows.
import { nn as bnb, functional } from "@fabric/precision-bnb";
import * as torch from "@fabric/torch";
import { type Burst, median, perCallNs } from "../burst.js";
import { columns } from "../columns.js";
import { memoryBursts } from "../memory-rate.js";
import type { Peer } from "../peer.js";

const WIDTH = 4096;
const ELEMENTS = WIDTH * WIDTH;
/** Weights that take turns, so that none is found in a cache: 70 MB of codes and scales. */
const LAYERS = 8;

/** One line of the table. */
interface Kernel {
  readonly name: string;
  readonly run: Burst;
  readonly calls: number;
  /** Bytes that have to be moved, and whether they are mostly read. */
  readonly bytes: number;
  readonly rate: "read" | "copy";
  /** Milliseconds that were aimed at, with 2 threads. */
  readonly bound?: number;
  /** What libtorch does with float32 weights. */
  readonly dense?: Burst;
  /** Name of bitsandbytes' case. */
  readonly peer?: string;
}

type Dtype = "float32" | "bfloat16";

/** `layers` products of `[rows, 4096]`, one after the other. */
function product(layers: readonly torch.nn.Linear[], rows: number, dtype: Dtype): Burst {
  const x = torch.randn([rows, WIDTH]).to(dtype);
  let next = 0;
  return (calls) => {
    torch.noGrad(() => {
      for (let i = 0; i < calls; i++) {
        const layer = layers[next++ % layers.length] as torch.nn.Linear;
        torch.scope(() => void layer.forward(x));
      }
    });
  };
}

function repeat(call: () => void): Burst {
  return (calls) => {
    for (let i = 0; i < calls; i++) torch.scope(call);
  };
}

function quantized(mode: string): torch.nn.Linear[] {
  return Array.from({ length: LAYERS }, () => {
    const options = {
      quantType: "nf4",
      compressStatistics: mode === "nf4-dq",
      bias: false,
    } as const;
    return new bnb.Linear4bit(WIDTH, WIDTH, options).to("cpu");
  });
}

function products(): Kernel[] {
  const dense = Array.from({ length: 2 }, () => new torch.nn.Linear(WIDTH, WIDTH, { bias: false }));
  const layers = { nf4: quantized("nf4"), "nf4-dq": quantized("nf4-dq") };
  const kernels: Kernel[] = [];
  for (const [mode, rows, dtype] of [
    ["nf4", 1, "float32"],
    ["nf4", 1, "bfloat16"],
    ["nf4-dq", 1, "float32"],
    ["nf4", 16, "float32"],
    ["nf4", 64, "float32"],
    ["nf4", 128, "float32"],
    ["nf4", 512, "float32"],
  ] as const) {
    const weight = ELEMENTS * (mode === "nf4" ? 0.5625 : 0.516);
    kernels.push({
      name: `${mode} product, ${rows} ${rows === 1 ? "row" : "rows"}, ${dtype}`,
      run: product(layers[mode], rows, dtype),
      calls: rows === 1 ? 8 : 1,
      bytes: weight + 2 * rows * WIDTH * (dtype === "float32" ? 4 : 2),
      rate: "read",
      dense: product(dense, rows, "float32"),
      peer: `linear4${mode === "nf4" ? "" : "dq"}:${dtype}:${rows}`,
      ...(rows === 1 && mode === "nf4" ? { bound: 1.5 } : {}),
    });
  }
  return kernels;
}

function conversions(): Kernel[] {
  const weight = torch.randn([WIDTH, WIDTH]);
  const half = weight.to("bfloat16");
  const [packed, state] = functional.quantize4bit(weight);
  const [packedHalf, stateHalf] = functional.quantize4bit(half);
  return [
    {
      name: "nf4 quantise, float32",
      run: repeat(() => void functional.quantize4bit(weight)),
      calls: 2,
      bytes: ELEMENTS * 4.5625,
      rate: "read",
      bound: 15,
      peer: "quantize4",
    },
    {
      name: "nf4 dequantise, float32",
      run: repeat(() => void functional.dequantize4bit(packed, state)),
      calls: 2,
      bytes: ELEMENTS * 4.5625,
      rate: "copy",
      bound: 12,
      dense: repeat(() => void weight.clone()),
      peer: "dequantize4:float32",
    },
    {
      name: "nf4 dequantise, bfloat16",
      run: repeat(() => void functional.dequantize4bit(packedHalf, stateHalf)),
      calls: 2,
      bytes: ELEMENTS * 2.5625,
      rate: "copy",
      bound: 8,
      dense: repeat(() => void half.clone()),
      peer: "dequantize4:bfloat16",
    },
    {
      name: "8-bit blocks quantise, float32",
      run: repeat(() => void functional.quantizeBlockwise(weight)),
      calls: 2,
      bytes: ELEMENTS * 5,
      rate: "read",
      bound: 15,
      peer: "quantize8",
    },
  ];
}

/** Milliseconds a call; `dense` is the float32 product, or a copy of the values for conversions. */
export async function bits4Table(
  peer: Peer | null,
  bursts: number,
  skipped: string[],
): Promise<string> {
  const memory = memoryBursts();
  const lines = [
    [
      "4096 x 4096",
      "median",
      "best",
      "at most",
      "",
      "of memory's rate",
      "dense",
      "time ratio",
      "bitsandbytes",
    ],
  ];
  let withPeer = peer;
  for (const kernel of [...conversions(), ...products()]) {
    const times: Record<"own" | "dense" | "memory" | "peer", number[]> = {
      own: [],
      dense: [],
      memory: [],
      peer: [],
    };
    for (let burst = 0; burst < bursts; burst++) {
      times.own.push(perCallNs(kernel.run, kernel.calls));
      if (kernel.dense !== undefined) times.dense.push(perCallNs(kernel.dense, kernel.calls));
      times.memory.push(perCallNs(memory[kernel.rate].run, 1));
      if (withPeer === null || kernel.peer === undefined) continue;
      try {
        times.peer.push(await withPeer.burst(`bnb:${kernel.peer}`, kernel.calls));
      } catch (error) {
        withPeer = null;
        skipped.push(`bitsandbytes: ${(error as Error).message}`);
      }
    }
    const [own, dense, theirs] = [median(times.own), median(times.dense), median(times.peer)];
    const least = (kernel.bytes * median(times.memory)) / memory[kernel.rate].bytes;
    const ms = (ns: number): string => (Number.isNaN(ns) ? "" : `${(ns / 1e6).toFixed(2)} ms`);
    const { bound } = kernel;
    lines.push([
      kernel.name,
      ms(own),
      ms(Math.min(...times.own)),
      bound === undefined ? "" : `${bound} ms`,
      bound === undefined ? "" : own / 1e6 <= bound ? "met" : "MISSED",
      `${((100 * least) / own).toFixed(0)} %`,
      ms(dense),
      Number.isNaN(dense) ? "" : (own / dense).toFixed(2),
      Number.isNaN(theirs) ? "not run" : ms(theirs),
    ]);
  }
  return columns(lines);
}
