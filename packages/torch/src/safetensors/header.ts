// The header of a safetensors file: 8 bytes of length, JSON, then data. Every number in it is checked before it is used.

import { type DType, itemsize } from "../dtype.js";
import { FabricError, show } from "../errors.js";
import { corrupt, quote } from "./failure.js";
import { dtypeOfFormat, FORMAT_NAMES } from "./format-dtype.js";
import { JsonProblem, parseStrictJson, type StrictJson } from "./strict-json.js";

/** A tensor in a file. */
export interface SafetensorsInfo {
  /** Element type. */
  readonly dtype: DType;
  /** Sizes of the dimensions. */
  readonly shape: readonly number[];
  /** Bytes from the start of the file to the first element. */
  readonly offset: number;
  /** Bytes of the elements. */
  readonly nbytes: number;
}

/** What a file's header says. @internal */
export interface Header {
  /** By key, in the order of the data. */
  readonly entries: ReadonlyMap<string, SafetensorsInfo>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes of the length in front. @internal */
export const LENGTH_BYTES = 8;
/** The limit of the reference implementation, in bytes. @internal */
export const MAX_HEADER_BYTES = 100_000_000;
/** The key that holds no tensor. @internal */
export const METADATA_KEY = "__metadata__";
/** libtorch's iterators take no more dimensions than this. */
const MAX_DIMENSIONS = 64;

/** Checks the length in front against the file's size. @throws FabricError `FABRIC_CHECKPOINT_CORRUPT`. @internal */
export function headerLength(path: string, size: number, prefix: Uint8Array): number {
  if (size < LENGTH_BYTES || prefix.length < LENGTH_BYTES) {
    throw corrupt(
      path,
      `it has ${size} bytes, fewer than the ${LENGTH_BYTES} of the header's length`,
    );
  }
  const view = new DataView(prefix.buffer, prefix.byteOffset, LENGTH_BYTES);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(size - LENGTH_BYTES)) {
    throw corrupt(path, `its header should have ${length} bytes, but the file has ${size}`);
  }
  if (length > BigInt(MAX_HEADER_BYTES)) {
    throw corrupt(
      path,
      `its header should have ${length} bytes, but at most ${MAX_HEADER_BYTES} are allowed`,
    );
  }
  if (length < 2n) throw corrupt(path, `its header has ${length} bytes, too few for JSON`);
  return Number(length);
}

/** Reads and checks a header. @param size - of the file, in bytes. @throws FabricError `FABRIC_CHECKPOINT_*`. @internal */
export function parseHeader(path: string, size: number, bytes: Uint8Array): Header {
  const root = parseJson(path, bytes);
  if (!(root instanceof Map)) throw corrupt(path, "its header is not a JSON object");
  const dataStart = LENGTH_BYTES + bytes.length;
  const entries: [string, SafetensorsInfo][] = [];
  let metadata: Record<string, string> = {};
  for (const [key, value] of root) {
    if (key === METADATA_KEY) metadata = readMetadata(path, value);
    else entries.push([key, readEntry(path, key, value, dataStart)]);
  }
  // Empty tensors take no bytes: they come first among entries that start at the same place.
  entries.sort(([, a], [, b]) => a.offset - b.offset || a.nbytes - b.nbytes);
  checkCoverage(path, entries, dataStart, size);
  return { entries: new Map(entries), metadata };
}

function parseJson(path: string, bytes: Uint8Array): StrictJson {
  if (bytes[0] !== 0x7b) throw corrupt(path, "its header does not begin with `{`");
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw corrupt(path, "its header is not valid UTF-8", error);
  }
  try {
    return parseStrictJson(text);
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    throw corrupt(path, `its header is not valid JSON: ${error.message}`, error);
  }
}

function readMetadata(path: string, value: StrictJson): Record<string, string> {
  if (!(value instanceof Map)) throw corrupt(path, `\`${METADATA_KEY}\` is not an object`);
  const pairs = [...value].map(([key, text]): [string, string] => {
    if (typeof text === "string") return [key, text];
    throw corrupt(path, `\`${METADATA_KEY}\` has a value at ${quote(key)} that is not a string`);
  });
  return Object.fromEntries(pairs);
}

function isCount(value: unknown): value is number {
  return (
    typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0)
  );
}

function readEntry(
  path: string,
  key: string,
  value: StrictJson,
  dataStart: number,
): SafetensorsInfo {
  const bad = (problem: string): FabricError => corrupt(path, `entry ${quote(key)} ${problem}`);
  if (!(value instanceof Map)) throw bad("is not an object");
  const name = value.get("dtype");
  if (typeof name !== "string") throw bad("has no `dtype` that is a string");
  const dtype = dtypeOfFormat(name);
  if (dtype === undefined) {
    throw new FabricError(
      "FABRIC_CHECKPOINT_DTYPE",
      `\`${path}\`: entry ${quote(key)} has the unknown dtype ${quote(name)}; known are ${FORMAT_NAMES.join(", ")}.`,
    );
  }
  const shape = value.get("shape");
  if (!Array.isArray(shape) || !shape.every(isCount)) {
    throw bad(`has no \`shape\` of integers >= 0, but ${show(shape)}`);
  }
  if (shape.length > MAX_DIMENSIONS) {
    throw bad(`has ${shape.length} dimensions, but at most ${MAX_DIMENSIONS} are allowed`);
  }
  const offsets = value.get("data_offsets");
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw bad(`has no \`data_offsets\` of two integers >= 0, but ${show(offsets)}`);
  }
  const [begin, end] = offsets as [number, number];
  if (begin > end) throw bad(`ends before it begins: data_offsets [${begin}, ${end}]`);
  const nbytes = end - begin;
  if (nbytes !== bytesOf(shape, itemsize(dtype))) {
    throw bad(
      `has ${nbytes} bytes, which is not what ${name} of shape [${shape.join(", ")}] takes`,
    );
  }
  return { dtype, shape, offset: dataStart + begin, nbytes };
}

/** Bytes of a shape; undefined if the number, or a stride, is past what a double holds exactly. */
function bytesOf(shape: readonly number[], width: number): number | undefined {
  // Strides are products of sizes too, in which an empty dimension counts as 1: with empty ones left in, their overflow would not show.
  const largest = shape.reduce((product, size) => product * Math.max(size, 1), width);
  if (!Number.isSafeInteger(largest)) return undefined;
  return shape.includes(0) ? 0 : largest;
}

/** Entries must follow each other without gap or overlap and fill the file. */
function checkCoverage(
  path: string,
  entries: readonly [string, SafetensorsInfo][],
  dataStart: number,
  size: number,
): void {
  let at = dataStart;
  for (const [key, { offset, nbytes }] of entries) {
    if (offset !== at) {
      const problem = offset < at ? "overlaps the entry before it" : "leaves a hole before it";
      throw corrupt(
        path,
        `entry ${quote(key)} ${problem}: it begins at byte ${offset - dataStart} of the data, not at ${at - dataStart}`,
      );
    }
    at += nbytes;
    if (at > size) {
      throw corrupt(path, `entry ${quote(key)} ends at byte ${at}, but the file has ${size}`);
    }
  }
  if (at !== size) {
    throw corrupt(path, `its entries end at byte ${at}, but the file has ${size}`);
  }
}
