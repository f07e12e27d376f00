// A file that is written in pieces, in any order.

import { writeSync } from "node:fs";

import type { DType } from "../dtype.js";
import { FabricError, show } from "../errors.js";
import { AsideFile } from "./aside-file.js";
import { quote } from "./failure.js";
import {
  checkKey,
  checkMetadata,
  compareEntries,
  encodeHeader,
  type HeaderEntry,
  headerEntry,
  writeAll,
} from "./write.js";

/** What must be known of a tensor before the file is begun. */
export interface SafetensorsEntry {
  /** Element type. */
  readonly dtype: DType;
  /** Sizes of the dimensions. */
  readonly shape: readonly number[];
}

interface Place extends HeaderEntry {
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** Bytes written so far. */
  done: number;
}

/** A safetensors file under way; made by {@link create}. Disposing one that is not finished leaves nothing behind. */
export class SafetensorsWriter implements Disposable {
  /** The path given. */
  readonly path: string;
  /** Bytes that the file will have. */
  readonly nbytes: number;
  readonly #places: ReadonlyMap<string, Place>;
  readonly #file: AsideFile;

  /** @internal use {@link create} */
  constructor(path: string, entries: readonly HeaderEntry[], header: Uint8Array) {
    const places = new Map<string, Place>();
    let offset = header.length;
    for (const entry of entries) {
      places.set(entry.key, { ...entry, offset, done: 0 });
      offset += entry.nbytes;
    }
    this.path = path;
    this.nbytes = offset;
    this.#places = places;
    this.#file = new AsideFile(path);
    try {
      this.#file.attempt((fd) => writeAll(fd, header));
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
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
    if (!ArrayBuffer.isView(bytes) || place.done + bytes.byteLength > place.nbytes) {
      throw new FabricError(
        "FABRIC_CHECKPOINT_ARGUMENT",
        `\`${this.path}\`: expected at most ${place.nbytes - place.done} more bytes for ${quote(key)} but received ${ArrayBuffer.isView(bytes) ? bytes.byteLength : show(bytes)}.`,
      );
    }
    const raw = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#file.attempt((fd) => {
      for (let done = 0; done < raw.length; ) {
        const length = Math.min(raw.length - done, 2 ** 30);
        done += writeSync(fd, raw, done, length, place.offset + place.done + done);
      }
    });
    place.done += raw.length;
  }

  /**
   * Syncs the file to the disk and puts it in its place: `path` is always the old file or the whole new one.
   *
   * @throws FabricError `FABRIC_CHECKPOINT_ARGUMENT` if bytes of a tensor are missing, `FABRIC_CHECKPOINT_FILE` if that fails.
   */
  finish(): void {
    for (const { key, nbytes, done } of this.#places.values()) {
      if (done === nbytes) continue;
      throw new FabricError(
        "FABRIC_CHECKPOINT_ARGUMENT",
        `\`${this.path}\`: ${quote(key)} has ${nbytes} bytes, of which ${nbytes - done} were not written.`,
      );
    }
    this.#file.commit();
  }

  /** Gives up what is not finished. `using writer = create(...)` */
  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }
}

/**
 * Begins a safetensors file of known tensors whose bytes come later, so that a tensor need not fit into memory. The finished file has the same
 * bytes as one of {@link save}.
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
  const sorted = Object.entries(entries).map(([key, { dtype, shape }]) => {
    checkKey(path, key);
    return headerEntry(path, key, dtype, shape);
  });
  sorted.sort(compareEntries);
  const header = encodeHeader(path, sorted, checkMetadata(path, metadata));
  return new SafetensorsWriter(path, sorted, header);
}
