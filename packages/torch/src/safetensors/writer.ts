// A file that is written in pieces, in any order.

import { writeSync } from "node:fs";

import { type DType, itemsize } from "../dtype.js";
import { FabricError, show } from "../errors.js";
import { AsideFile } from "./aside-file.js";
import { quote } from "./failure.js";
import { LENGTH_BYTES } from "./header.js";
import {
  checkKey,
  checkMetadata,
  compareEntries,
  encodeHeader,
  type HeaderEntry,
  headerEntry,
} from "./write.js";

/** What must be known of a tensor before the file is begun. */
export interface SafetensorsEntry {
  /** Element type. */
  readonly dtype: DType;
  /** Sizes of the dimensions. */
  readonly shape: readonly number[];
  /**
   * Whether it may turn out shorter than `shape`, which then has one dimension: its length is what was appended. For texts of a few bytes, which
   * stay in memory and stand at the end of the file. Default false.
   */
  readonly atMost?: boolean;
}

interface Place {
  readonly entry: HeaderEntry;
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** Bytes written so far. */
  done: number;
  /** Those of an entry that may be shorter, until the end. */
  readonly late: Uint8Array[] | null;
}

/** A safetensors file under way; made by {@link create}. Disposing one that is not finished leaves nothing behind. */
export class SafetensorsWriter implements Disposable {
  /** The path given. */
  readonly path: string;
  readonly #places: ReadonlyMap<string, Place>;
  readonly #metadata: readonly [string, string][];
  readonly #headerBytes: number;
  readonly #file: AsideFile;

  /** @internal use {@link create} */
  constructor(
    path: string,
    entries: readonly (HeaderEntry & { readonly atMost: boolean })[],
    metadata: readonly [string, string][],
  ) {
    this.path = path;
    this.#metadata = metadata;
    // Lengths that are still to come make the numbers in it no longer.
    this.#headerBytes = encodeHeader(path, entries, metadata).length;
    const places = new Map<string, Place>();
    let offset = this.#headerBytes;
    for (const entry of entries) {
      places.set(entry.key, { entry, offset, done: 0, late: entry.atMost ? [] : null });
      offset += entry.nbytes;
    }
    this.#places = places;
    this.#file = new AsideFile(path);
  }

  /**
   * Writes the next bytes of a tensor: little-endian elements in C order, in as many pieces as you like; those of different tensors may alternate.
   *
   * @throws FabricError `FABRIC_CHECKPOINT_KEY` for a key that was not announced, `FABRIC_CHECKPOINT_ARGUMENT` for more bytes than the tensor has,
   *   `FABRIC_CHECKPOINT_FILE` if writing fails, `FABRIC_USAGE_CLOSED` after `finish`.
   */
  append(key: string, bytes: ArrayBufferView): void {
    const place = this.#places.get(key);
    if (place === undefined) {
      throw new FabricError(
        "FABRIC_CHECKPOINT_KEY",
        `\`${this.path}\`: ${quote(key)} was not announced when the file was created.`,
      );
    }
    const { nbytes } = place.entry;
    if (!ArrayBuffer.isView(bytes) || place.done + bytes.byteLength > nbytes) {
      throw new FabricError(
        "FABRIC_CHECKPOINT_ARGUMENT",
        `\`${this.path}\`: expected at most ${nbytes - place.done} more bytes for ${quote(key)} but received ${ArrayBuffer.isView(bytes) ? bytes.byteLength : show(bytes)}.`,
      );
    }
    const raw = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#file.attempt((fd) => {
      if (place.late === null) writeAt(fd, raw, place.offset + place.done);
      else place.late.push(raw.slice());
    });
    place.done += raw.length;
  }

  /**
   * Syncs the file to the disk and puts it in its place: `path` is always the old file or the whole new one.
   *
   * @throws FabricError `FABRIC_CHECKPOINT_ARGUMENT` if bytes of a tensor are missing, `FABRIC_CHECKPOINT_FILE` if that fails.
   */
  finish(): void {
    const entries = [...this.#places.values()].map(({ entry, done, late }): HeaderEntry => {
      const width = itemsize(entry.dtype);
      if (late === null ? done === entry.nbytes : done % width === 0)
        return late === null ? entry : { ...entry, shape: [done / width], nbytes: done };
      throw new FabricError(
        "FABRIC_CHECKPOINT_ARGUMENT",
        `\`${this.path}\`: ${quote(entry.key)} has ${entry.nbytes} bytes, of which ${entry.nbytes - done} were not written.`,
      );
    });
    this.#file.attempt((fd) => {
      writeAt(fd, paddedTo(this.#headerBytes, encodeHeader(this.path, entries, this.#metadata)), 0);
      const late = [...this.#places.values()].filter((place) => place.late !== null);
      const first = late[0]?.offset ?? 0;
      writeAt(fd, Buffer.concat(late.flatMap((place) => place.late ?? [])), first);
    });
    this.#file.commit();
  }

  /** Gives up what is not finished. `using writer = create(...)` */
  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }
}

/**
 * Begins a safetensors file of known tensors whose bytes come later, so that a tensor need not fit into memory. The finished file has the same
 * bytes as one of {@link save} with the same entries; those that may be shorter come last.
 *
 * @param entries - dtype and shape by key.
 * @param metadata - texts, kept under `__metadata__`.
 * @throws FabricError as {@link save}.
 * @example
 * using writer = safetensors.create("big.safetensors", { rows: { dtype: "float32", shape: [2, 4] } });
 * for (let row = 0; row < 2; row++) writer.append("rows", new Float32Array(4));
 * writer.finish();
 */
export function create(
  path: string,
  entries: Readonly<Record<string, SafetensorsEntry>>,
  metadata?: Readonly<Record<string, string>>,
): SafetensorsWriter {
  if (typeof path !== "string" || path === "") {
    throw new FabricError(
      "FABRIC_CHECKPOINT_ARGUMENT",
      "safetensors.create: expected a path, a string that is not empty.",
    );
  }
  const sorted = Object.entries(entries).map(([key, { dtype, shape, atMost = false }]) => {
    checkKey(path, key);
    if (atMost && shape.length !== 1) {
      throw new FabricError(
        "FABRIC_CHECKPOINT_ARGUMENT",
        `\`${path}\`: ${quote(key)} may be shorter than its shape [${shape.join(", ")}], which then needs one dimension.`,
      );
    }
    return { ...headerEntry(path, key, dtype, shape), atMost };
  });
  sorted.sort((a, b) => Number(a.atMost) - Number(b.atMost) || compareEntries(a, b));
  return new SafetensorsWriter(path, sorted, checkMetadata(path, metadata));
}

function writeAt(fd: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; ) {
    const length = Math.min(bytes.length - done, 2 ** 30);
    done += writeSync(fd, bytes, done, length, at + done);
  }
}

/** The header with more spaces behind its JSON, which the format allows. */
function paddedTo(length: number, header: Uint8Array): Uint8Array {
  if (header.length === length) return header;
  const padded = Buffer.alloc(length, " ");
  padded.set(header);
  padded.writeBigUInt64LE(BigInt(length - LENGTH_BYTES), 0);
  return padded;
}
