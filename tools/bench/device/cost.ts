// What a kernel has to move and to compute, and the least time that takes.

/** Units that do products, by the format of the factors. */
export type ProductUnit = "bfloat16" | "int8" | "float8";

/** The work of one launch. */
export interface Cost {
  /** Bytes read and written, each once. */
  readonly bytes: number;
  /** Multiplications and additions in products; 0 for kernels that only move. */
  readonly flops: number;
  /** What does them; bfloat16 if not said. */
  readonly unit?: ProductUnit;
}

/** What a machine can do: bytes and operations a second. */
export interface Rates {
  readonly bytes: number;
  readonly flops: Readonly<Record<ProductUnit, number>>;
}

/** What limits a launch on a machine, and the nanoseconds that it takes at the limit. */
export function roofline(cost: Cost, rates: Rates): { ns: number; bound: "memory" | "products" } {
  const memory = (cost.bytes / rates.bytes) * 1e9;
  const products = (cost.flops / rates.flops[cost.unit ?? "bfloat16"]) * 1e9;
  return products > memory ? { ns: products, bound: "products" } : { ns: memory, bound: "memory" };
}

/** 4-bit codes with a float32 scale a block: bytes an element. */
export function bytesOfCodes4(blocksize: number): number {
  return 0.5 + 4 / blocksize;
}

/** Quantising to 4 bits, or back: the values and the codes. */
export function quantize4Cost(elements: number, width: number, blocksize = 64): Cost {
  return { bytes: elements * (width + bytesOfCodes4(blocksize)), flops: 0 };
}

/** `[rows, inputs]` times a 4-bit weight `[outputs, inputs]`, 16-bit values. */
export function linear4Cost(rows: number, inputs: number, outputs: number, blocksize = 64): Cost {
  return {
    bytes: inputs * outputs * bytesOfCodes4(blocksize) + 2 * rows * (inputs + outputs),
    flops: 2 * rows * inputs * outputs,
  };
}

/** Rows of values of `width` bytes to int8, with a float32 scale a row. */
export function quantizeRowsCost(rows: number, columns: number, width: number): Cost {
  return { bytes: rows * (columns * (width + 1) + 4), flops: 0 };
}

/** Codes of 8 bits `[rows, inputs]` times `[outputs, inputs]`, to 16-bit values. */
export function product8Cost(
  rows: number,
  inputs: number,
  outputs: number,
  unit: "int8" | "float8",
): Cost {
  return {
    bytes: inputs * (rows + outputs) + 2 * rows * outputs,
    flops: 2 * rows * inputs * outputs,
    unit,
  };
}

/** A step of Adam with 8-bit moments: gradient in, parameter and two moments in and out, a scale a block of 256 of each moment. */
export function adam8Cost(elements: number, width: number): Cost {
  return { bytes: elements * (3 * width + 4 + 16 / 256), flops: 0 };
}

/** A cast to 8 bits, and the transpose if it is asked for; `perRow` more bytes a row. */
export function cast8Cost(
  rows: number,
  columns: number,
  { width = 2, transpose = false, perRow = 0 } = {},
): Cost {
  return { bytes: rows * (columns * (width + (transpose ? 2 : 1)) + perRow), flops: 0 };
}

/** A pass over gradients of `width` bytes that reads them, and writes them too if they are unscaled. */
export function unscaleCost(elements: number, width: number, write: boolean): Cost {
  return { bytes: elements * width * (write ? 2 : 1), flops: 0 };
}
