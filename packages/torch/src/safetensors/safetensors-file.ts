// A file opened lazily: tensors are views of the mapping.

import { FabricError } from "../errors.js";
import { type MappedFile, openMapped } from "../mapped-file.js";
import type { Tensor } from "../tensor.js";
import { quote } from "./failure.js";
import {
  type Header,
  headerLength,
  LENGTH_BYTES,
  parseHeader,
  type SafetensorsInfo,
} from "./header.js";
import { normalizeBool, place, type SafetensorsReadOptions } from "./read.js";

/** A safetensors file of which tensors are read one by one; made by {@link open}. */
export class SafetensorsFile implements Disposable {
  /** The path given. */
  readonly path: string;
  /** The texts under `__metadata__`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly #header: Header;
  #file: MappedFile | undefined;

  /** @internal use {@link open} */
  constructor(path: string) {
    const file = openMapped(path);
    try {
      const prefix = file.bytes(0, Math.min(LENGTH_BYTES, file.size));
      const length = headerLength(path, file.size, prefix);
      this.#header = parseHeader(path, file.size, file.bytes(LENGTH_BYTES, length));
    } catch (error) {
      file.close();
      throw error;
    }
    this.path = path;
    this.metadata = this.#header.metadata;
    this.#file = file;
  }

  /** The keys, in the order of the data. */
  keys(): string[] {
    return [...this.#header.entries.keys()];
  }
  /** Whether there is such a key. */
  has(key: string): boolean {
    return this.#header.entries.has(key);
  }
  /** Dtype, shape and place of a tensor, without reading it. @throws FabricError `FABRIC_CHECKPOINT_KEY` for a key that is not there. */
  info(key: string): SafetensorsInfo {
    const info = this.#header.entries.get(key);
    if (info !== undefined) return info;
    const keys = this.keys();
    const some = keys.slice(0, 10).map(quote).join(", ");
    throw new FabricError(
      "FABRIC_CHECKPOINT_KEY",
      `\`${this.path}\` has no entry ${quote(key)}; it has ${keys.length}: ${some}${keys.length > 10 ? ", ..." : ""}.`,
    );
  }

  /**
   * A tensor. On the CPU it is a view of the file: bytes are read when they are touched, so that a slice of a large tensor reads that slice
   * only. Writing to it changes memory, never the file. It stays valid after {@link close}. Bool tensors, and tensors that the file does not
   * align to their dtype, are copies.
   *
   * The file must not be cut short while such a view lives: the operating system then ends the process. Use {@link load} for files that
   * others write to in place.
   *
   * @throws FabricError `FABRIC_CHECKPOINT_KEY` for a key that is not there, `FABRIC_USAGE_CLOSED` after `close`.
   */
  get(key: string, options: SafetensorsReadOptions = {}): Tensor {
    const { dtype, shape, offset, nbytes } = this.info(key);
    if (this.#file === undefined) {
      throw new FabricError(
        "FABRIC_USAGE_CLOSED",
        `\`${this.path}\` was closed; read ${quote(key)} before that, or open the file again.`,
      );
    }
    const { device = "cpu" } = options;
    if (dtype === "bool")
      return place(normalizeBool(this.#file.tensor(offset, nbytes, "uint8", shape)), device);
    return place(this.#file.tensor(offset, nbytes, dtype, shape), device);
  }

  /** Lets the file go; tensors made from it stay valid. Closing twice does nothing. */
  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }
  /** `using file = open(path)` */
  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * Opens a safetensors file: reads and checks its header, maps the rest.
 *
 * @throws FabricError as {@link load}.
 * @example
 * using file = torch.safetensors.open("model.safetensors");
 * const rows = file.get("embedding.weight").at(torch.slice(0, 100));
 */
export function open(path: string): SafetensorsFile {
  return new SafetensorsFile(path);
}
