// What GPUs can do, by name. Datasheets give peaks of memory and of dense products; a large copy and a large product reach less. The shares
// are those measured on an H200: 4.3 of 4.8 TB/s, 790 of 989 TFLOP/s.
import type { Rates } from "./cost.js";

const COPY_SHARE = 4.3 / 4.8;
const PRODUCT_SHARE = 790 / 989;

interface Datasheet {
  readonly name: RegExp;
  /** TB/s. */
  readonly memory: number;
  /** Dense TFLOP/s or TOP/s, sums in float32 or int32; float8 of a GPU without such units is bfloat16's. */
  readonly bfloat16: number;
  readonly int8: number;
  readonly float8: number;
}

/** The first whose name matches counts. */
const DATASHEETS: readonly Datasheet[] = [
  { name: /\bB200\b/, memory: 8, bfloat16: 2250, int8: 4500, float8: 4500 },
  { name: /\bH200\b/, memory: 4.8, bfloat16: 989, int8: 1979, float8: 1979 },
  { name: /\bH100 PCIe\b/, memory: 2, bfloat16: 756, int8: 1513, float8: 1513 },
  { name: /\bH100\b/, memory: 3.35, bfloat16: 989, int8: 1979, float8: 1979 },
  { name: /\bA100.*80GB\b/, memory: 2.039, bfloat16: 312, int8: 624, float8: 312 },
  { name: /\bA100\b/, memory: 1.555, bfloat16: 312, int8: 624, float8: 312 },
  { name: /\bRTX 4090\b/, memory: 1.008, bfloat16: 165.2, int8: 660.6, float8: 330.3 },
];

/** The rates of a GPU that the table knows. */
export function ratesOf(name: string): Rates | null {
  const sheet = DATASHEETS.find((entry) => entry.name.test(name));
  if (sheet === undefined) return null;
  const flops = (tera: number): number => tera * PRODUCT_SHARE * 1e12;
  return {
    bytes: sheet.memory * COPY_SHARE * 1e12,
    flops: {
      bfloat16: flops(sheet.bfloat16),
      int8: flops(sheet.int8),
      float8: flops(sheet.float8),
    },
  };
}

/** Rates from a copy and a 16-bit product that were measured; products of 8 bits are taken to be twice as fast. */
export function measuredRates(bytes: number, product: number): Rates {
  return { bytes, flops: { bfloat16: product, int8: 2 * product, float8: 2 * product } };
}
