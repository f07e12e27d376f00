// Tensors into a file.

import { writeSync } from "node:fs";

import { type DType, itemsize } from "../dtype.js";
import { FabricError, show } from "../errors.js";
import { appendBytes } from "../mapped-file.js";
import { isTensor, type Tensor } from "../tensor.js";
import { AsideFile } from "./aside-file.js";
import { quote } from "./failure.js";
import { formatOfDtype, formatRank } from "./format-dtype.js";
import { LENGTH_BYTES, MAX_HEADER_BYTES, METADATA_KEY } from "./header.js";

/** A tensor that is made when its turn to be written comes, and freed right after: a file of any size takes the memory of one. */
export interface LazyTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Makes it, of that dtype and shape. */
  make(): Tensor;
}

/** What the header says of a tensor. @internal */
export interface HeaderEntry {
  readonly key: string;
  readonly dtype: DType;
  readonly format: string;
  readonly shape: readonly number[];
  readonly nbytes: number;
}

interface Entry extends HeaderEntry {
  readonly source: Tensor | LazyTensor;
}

/**
 * Writes tensors to a safetensors file, which other libraries can read; with the same tensors and metadata the bytes are those that Python's
 * writer gives.
 *
 * The file is written beside `path`, synced to the disk and renamed, so that `path` is always the old file or the whole new one. Tensors on
 * other devices are copied and strided ones made contiguous one at a time.
 * Tensors that share memory (tied weights) are each written in full.
 *
 * @param record - tensors by key, or what makes them; any string but `"__metadata__"`.
 * @param metadata - texts, kept under `__metadata__`.
 * @throws FabricError `FABRIC_CHECKPOINT_ARGUMENT` for what is no tensor or no text, `FABRIC_CHECKPOINT_DTYPE` for a dtype that the format
 *   lacks (complex128), `FABRIC_CHECKPOINT_FILE` if writing fails; then nothing is left behind.
 */
export function save(
  path: string,
  record: Readonly<Record<string, Tensor | LazyTensor>>,
  metadata?: Readonly<Record<string, string>>,
): void {
  if (typeof path !== "string" || path === "") {
    throw new FabricError(
      "FABRIC_CHECKPOINT_ARGUMENT",
      "safetensors.save: expected a path, a string that is not empty.",
    );
  }
  if (typeof record !== "object" || record === null || isTensor(record)) {
    throw new FabricError(
      "FABRIC_CHECKPOINT_ARGUMENT",
      `safetensors.save: expected an object of tensors but received ${show(record)}.`,
    );
  }
  const entries = Object.entries(record).map(([key, value]) => checkEntry(path, key, value));
  entries.sort(compareEntries);
  const header = encodeHeader(path, entries, checkMetadata(path, metadata));
  writeAside(path, (fd) => {
    writeAll(fd, header);
    for (const entry of entries) writeEntry(fd, entry);
  });
}

function checkEntry(path: string, key: string, source: unknown): Entry {
  checkKey(path, key);
  if (!isTensor(source) && !isLazy(source)) {
    throw new FabricError(
      "FABRIC_CHECKPOINT_ARGUMENT",
      `\`${path}\`: expected a tensor for ${quote(key)} but received ${show(source)}.`,
    );
  }
  const entry = headerEntry(path, key, source.dtype, source.shape);
  if (isTensor(source) && (source.device === "meta" || source.layout !== "strided")) {
    throw new FabricError(
      "FABRIC_CHECKPOINT_ARGUMENT",
      `\`${path}\`: ${quote(key)} has no dense data to save (device ${source.device}, layout ${source.layout}).`,
    );
  }
  return { ...entry, source };
}

/** Refuses a key that no file can hold. @internal */
export function checkKey(path: string, key: string): void {
  if (key === METADATA_KEY) {
    throw new FabricError(
      "FABRIC_CHECKPOINT_ARGUMENT",
      `\`${path}\`: the key "${METADATA_KEY}" is the format's own; pass texts as the third argument.`,
    );
  }
  if (/\p{Surrogate}/u.test(key)) {
    throw new FabricError(
      "FABRIC_CHECKPOINT_ARGUMENT",
      `\`${path}\`: the key ${quote(key)} has half of a surrogate pair, which UTF-8 cannot hold.`,
    );
  }
}

/** The entry of a tensor of that dtype and shape. @internal */
export function headerEntry(
  path: string,
  key: string,
  dtype: DType,
  shape: readonly number[],
): HeaderEntry {
  const format = formatOfDtype(dtype);
  if (format === undefined) {
    throw new FabricError(
      "FABRIC_CHECKPOINT_DTYPE",
      `\`${path}\`: ${quote(key)} is ${dtype}, which the safetensors format lacks; save torch.viewAsReal(t), or cast it.`,
    );
  }
  const nbytes = shape.reduce((product, size) => product * size, itemsize(dtype));
  return { key, dtype, format, shape, nbytes };
}

function isLazy(value: unknown): value is LazyTensor {
  if (typeof value !== "object" || value === null) return false;
  const { dtype, shape, make } = value as Partial<LazyTensor>;
  return typeof dtype === "string" && Array.isArray(shape) && typeof make === "function";
}

/** The reference implementation's order: wide dtypes first, then keys by their UTF-8 bytes. @internal */
export function compareEntries(a: HeaderEntry, b: HeaderEntry): number {
  return (
    formatRank(b.dtype) - formatRank(a.dtype) ||
    Buffer.compare(Buffer.from(a.key), Buffer.from(b.key))
  );
}

/** The texts as pairs. @internal */
export function checkMetadata(
  path: string,
  metadata: Readonly<Record<string, string>> | undefined,
): [string, string][] {
  const pairs = Object.entries(metadata ?? {});
  for (const [key, text] of pairs) {
    if (typeof text === "string") continue;
    throw new FabricError(
      "FABRIC_CHECKPOINT_ARGUMENT",
      `\`${path}\`: metadata values are strings, but ${quote(key)} is ${show(text)}; use JSON.stringify.`,
    );
  }
  return pairs;
}

/** Length, JSON, and spaces that align the data to 8 bytes. @internal */
export function encodeHeader(
  path: string,
  entries: readonly HeaderEntry[],
  metadata: readonly [string, string][],
): Uint8Array {
  const members: string[] = [];
  // Written member by member: in a JS object, keys such as "0" would move to the front.
  if (metadata.length > 0) {
    const texts = metadata.map(([key, text]) => `${JSON.stringify(key)}:${JSON.stringify(text)}`);
    members.push(`"${METADATA_KEY}":{${texts.join(",")}}`);
  }
  let at = 0;
  for (const { key, format, shape, nbytes } of entries) {
    members.push(
      `${JSON.stringify(key)}:{"dtype":"${format}","shape":[${shape.join(",")}],"data_offsets":[${at},${at + nbytes}]}`,
    );
    at += nbytes;
  }
  const json = Buffer.from(`{${members.join(",")}}`);
  const length = Math.ceil(json.length / 8) * 8;
  if (length > MAX_HEADER_BYTES) {
    throw new FabricError(
      "FABRIC_CHECKPOINT_ARGUMENT",
      `\`${path}\`: the header would take ${length} bytes, more than the ${MAX_HEADER_BYTES} that readers allow.`,
    );
  }
  const bytes = Buffer.alloc(LENGTH_BYTES + length, " ");
  bytes.writeBigUInt64LE(BigInt(length), 0);
  json.copy(bytes, LENGTH_BYTES);
  return bytes;
}

/** Runs `write` on a new file beside `path` and puts it in place of `path`. */
function writeAside(path: string, write: (fd: number) => void): void {
  using aside = new AsideFile(path);
  aside.attempt(write);
  aside.commit();
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(fd, bytes, done, Math.min(bytes.length - done, 2 ** 30));
}

function writeEntry(fd: number, entry: Entry): void {
  const { source } = entry;
  if (isTensor(source)) writeTensor(fd, source);
  else {
    using made = source.make();
    checkMade(entry, made);
    writeTensor(fd, made);
  }
}

/** The header is written already: what differs from it would spoil the file. */
function checkMade({ key, dtype, shape }: Entry, made: Tensor): void {
  if (made.dtype === dtype && made.shape.join() === shape.join()) return;
  throw new FabricError(
    "FABRIC_CHECKPOINT_ARGUMENT",
    `${quote(key)} was announced as ${dtype} [${shape.join(", ")}], but ${made.dtype} [${made.shape.join(", ")}] was made.`,
  );
}

function writeTensor(fd: number, source: Tensor): void {
  using detached = source.detach();
  using local = detached.device === "cpu" ? detached.detach() : detached.cpu();
  // Conjugation and negation may be pending; the bytes must have them.
  using conjugated = local.resolveConj();
  using plain = conjugated.resolveNeg();
  using dense = plain.contiguous();
  appendBytes(dense, fd);
}
