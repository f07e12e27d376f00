// Whole files into tensors, by plain reads: a file that shrinks meanwhile is an error, not a bus error.

import { closeSync, fstatSync, openSync, readSync } from "node:fs";

import type { Device } from "../device.js";
import { FabricError } from "../errors.js";
import { emptyBytes, writeBytes } from "../mapped-file.js";
import type { Tensor } from "../tensor.js";
import { corrupt, fileError, quote } from "./failure.js";
import { headerLength, LENGTH_BYTES, parseHeader, type SafetensorsInfo } from "./header.js";

/** Options of reading. */
export interface SafetensorsReadOptions {
  /** Where the tensors go; default `"cpu"`. */
  device?: Device | undefined;
}

/**
 * Reads all tensors of a safetensors file, in the order of the data.
 *
 * No code is run and no pickle is read. Everything the file says about lengths is checked first, so that no more is allocated than the file
 * has bytes; the peak is the tensors and 1 MiB.
 *
 * @throws FabricError `FABRIC_CHECKPOINT_FILE` if the file cannot be read, `FABRIC_CHECKPOINT_CORRUPT` if it is not valid,
 *   `FABRIC_CHECKPOINT_DTYPE` for a dtype that we lack.
 */
export function load(path: string, options: SafetensorsReadOptions = {}): Record<string, Tensor> {
  const { device = "cpu" } = options;
  const file = openFile(path);
  try {
    const { entries } = file.header();
    const record: Record<string, Tensor> = {};
    for (const [key, info] of entries) {
      // Defined, not assigned: "__proto__" is a key like any other.
      Object.defineProperty(record, key, {
        value: place(readEntry(file, key, info), device),
        enumerable: true,
        writable: true,
        configurable: true,
      });
    }
    return record;
  } finally {
    file.close();
  }
}

/** Moves a tensor that is ours. @internal */
export function place(t: Tensor, device: Device): Tensor {
  if (device === "cpu") return t;
  const moved = t.to(device);
  t.dispose();
  return moved;
}

/** The tensor with its bytes as bool: what is not 0 is true, since other values than 0 and 1 have no meaning in libtorch. @internal */
export function normalizeBool(bytes: Tensor): Tensor {
  const t = bytes.to("bool");
  bytes.dispose();
  return t;
}

class OpenFile {
  readonly path: string;
  readonly #fd: number;
  readonly #size: number;

  constructor(path: string, fd: number) {
    this.path = path;
    this.#fd = fd;
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw fileError(path, "read", new Error("not a regular file"));
    this.#size = stat.size;
  }

  header(): ReturnType<typeof parseHeader> {
    const prefix = this.read(0, Math.min(LENGTH_BYTES, this.#size));
    const length = headerLength(this.path, this.#size, prefix);
    return parseHeader(this.path, this.#size, this.read(LENGTH_BYTES, length));
  }

  read(offset: number, length: number): Uint8Array {
    // Not Buffer.allocUnsafe: its pool gives memory that is not aligned for typed arrays.
    const bytes = new Uint8Array(length);
    this.readInto(bytes, offset);
    return bytes;
  }

  readInto(bytes: Uint8Array, offset: number): void {
    let done = 0;
    while (done < bytes.length) {
      let count: number;
      try {
        count = readSync(this.#fd, bytes, done, bytes.length - done, offset + done);
      } catch (error) {
        throw fileError(this.path, "read", error);
      }
      if (count === 0)
        throw corrupt(this.path, `it ended at byte ${offset + done} while it was read`);
      done += count;
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}

function openFile(path: string): OpenFile {
  if (typeof path !== "string" || path === "") {
    throw new FabricError(
      "FABRIC_CHECKPOINT_ARGUMENT",
      "safetensors: expected a path, a string that is not empty.",
    );
  }
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (error) {
    throw fileError(path, "open", error);
  }
  try {
    return new OpenFile(path, fd);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function readEntry(file: OpenFile, key: string, info: SafetensorsInfo): Tensor {
  const { dtype, shape, offset, nbytes } = info;
  let t: Tensor;
  try {
    t = emptyBytes(nbytes, dtype === "bool" ? "uint8" : dtype, shape);
  } catch (error) {
    throw new FabricError(
      "FABRIC_CHECKPOINT_MEMORY",
      `\`${file.path}\`: entry ${quote(key)} takes ${nbytes} bytes, which could not be allocated; open the file lazily with safetensors.open.`,
      { cause: error },
    );
  }
  writeBytes(t, (bytes, at) => file.readInto(bytes, offset + at));
  return dtype === "bool" ? normalizeBool(t) : t;
}
