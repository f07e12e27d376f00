// What the output consists of, known from shapes alone: entries of every tensor, and which file each goes to.
import { type DType, itemsize } from "@fabric/torch";
import { type ModeParts, partsOf, type QuantizeMode } from "./modes.js";
import type { Choice } from "./select.js";
import { SINGLE_FILE, type SourceTensor } from "./source.js";

/** An entry of the output. */
export interface PlannedEntry {
  readonly key: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Whether it may turn out shorter: the text that holds the offset of the scales. */
  readonly atMost?: boolean;
}

/** A tensor with what becomes of it. */
export interface PlannedTensor {
  readonly tensor: SourceTensor;
  readonly quantize: boolean;
  readonly entries: readonly PlannedEntry[];
  readonly bytes: number;
}

/** One output file. */
export interface PlannedShard {
  readonly file: string;
  readonly tensors: readonly PlannedTensor[];
  /** Bytes of the elements, at most. */
  readonly bytes: number;
}

/** What decides about sizes. */
export interface PlanOptions {
  readonly mode: QuantizeMode;
  readonly blocksize: number;
  /** Dtype of what stays float and of what dequantising gives; null leaves each as it is. */
  readonly dtype: DType | null;
  readonly maxShardBytes: number;
}

/** The longest text of a state has 24 digits of an offset and two sizes. */
const MAX_TEXT = 320;
/** Scales in one block of doubly quantised ones. */
const NESTED_BLOCK = 256;

/** The output files in order. A tensor and its scales stay together, so one that is larger than the limit gets a file of its own. */
export function planShards(choices: readonly Choice[], options: PlanOptions): PlannedShard[] {
  const shards: PlannedTensor[][] = [];
  let room = 0;
  for (const { tensor, quantize } of choices) {
    const entries = quantize ? quantizedEntries(tensor, options) : [keptEntry(tensor, options)];
    const bytes = entries.reduce((sum, entry) => sum + bytesOf(entry), 0);
    if (shards.length === 0 || bytes > room) {
      shards.push([]);
      room = options.maxShardBytes;
    }
    shards.at(-1)?.push({ tensor, quantize, entries, bytes });
    room -= bytes;
  }
  return shards.map((tensors, i) => ({
    file: shardName(i, shards.length),
    tensors,
    bytes: tensors.reduce((sum, { bytes }) => sum + bytes, 0),
  }));
}

/** Dtype that a quantised weight's state records: that of the source, or what was asked for. */
export function recordedDtype({ dtype }: SourceTensor, asked: DType | null): DType {
  // Readers of these files know no float64 weight; the codes come from float32 anyway.
  return asked ?? (dtype === "float64" ? "float32" : dtype);
}

/** Whether `dtype` is one that `--dtype` changes. */
export function isFloat(dtype: DType): boolean {
  return ["float64", "float32", "float16", "bfloat16"].includes(dtype);
}

function shardName(i: number, count: number): string {
  if (count === 1) return SINGLE_FILE;
  const digits = (n: number): string => String(n).padStart(5, "0");
  return `model-${digits(i + 1)}-of-${digits(count)}.safetensors`;
}

function keptEntry({ name, dtype, shape }: SourceTensor, options: PlanOptions): PlannedEntry {
  return { key: name, dtype: isFloat(dtype) ? (options.dtype ?? dtype) : dtype, shape };
}

function quantizedEntries(tensor: SourceTensor, options: PlanOptions): PlannedEntry[] {
  const { quantType, nested } = partsOf(options.mode);
  if (quantType === null) return int8Entries(tensor);
  return fourBitEntries(tensor, quantType, nested, options.blocksize);
}

function fourBitEntries(
  { name, elements }: SourceTensor,
  quantType: NonNullable<ModeParts["quantType"]>,
  nested: boolean,
  blocksize: number,
): PlannedEntry[] {
  const blocks = Math.ceil(elements / blocksize);
  const entry = (suffix: string, dtype: DType, length: number): PlannedEntry => ({
    key: `${name}.${suffix}`,
    dtype,
    shape: [length],
  });
  return [
    { key: name, dtype: "uint8", shape: [Math.ceil(elements / 2), 1] },
    entry("absmax", nested ? "uint8" : "float32", blocks),
    entry("quant_map", "float32", 16),
    ...(nested
      ? [
          entry("nested_absmax", "float32", Math.ceil(blocks / NESTED_BLOCK)),
          entry("nested_quant_map", "float32", 256),
        ]
      : []),
    { ...entry(`quant_state.bitsandbytes__${quantType}`, "uint8", MAX_TEXT), atMost: true },
  ];
}

/** As LLM.int8() layers are stored: codes, scales beside them, and 0 for "by rows". */
function int8Entries({ name, shape }: SourceTensor): PlannedEntry[] {
  const prefix = name.slice(0, -"weight".length);
  return [
    { key: name, dtype: "int8", shape },
    { key: `${prefix}SCB`, dtype: "float32", shape: [shape[0] as number] },
    { key: `${prefix}weight_format`, dtype: "uint8", shape: [] },
  ];
}

function bytesOf({ dtype, shape }: PlannedEntry): number {
  return shape.reduce((product, length) => product * length, itemsize(dtype));
}
