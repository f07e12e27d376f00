// Pieces of tensors out of files, by plain reads: a view of the file would keep all of it in memory once it is touched.
import { closeSync, openSync, readSync } from "node:fs";
import { type DType, FabricError, itemsize, type Tensor, tensorFromBytes } from "@fabric/torch";
import type { SourceFile, SourceTensor } from "./source.js";

/** The files of a checkpoint, of which one is open at a time. */
export class SourceReader implements Disposable {
  #file: SourceFile | null = null;
  #fd = -1;
  #buffer = new Uint8Array(0);

  /** Bytes of a tensor's data; valid until the next call. @throws FabricError `FABRIC_CHECKPOINT_FILE`. */
  bytes({ file, offset }: SourceTensor, start: number, length: number): Uint8Array {
    if (this.#buffer.length < length) this.#buffer = new Uint8Array(length);
    const bytes = this.#buffer.subarray(0, length);
    try {
      this.#open(file);
      for (let done = 0; done < length; ) {
        const count = readSync(this.#fd, bytes, done, length - done, offset + start + done);
        if (count === 0) throw new Error(`it ended at byte ${offset + start + done}`);
        done += count;
      }
    } catch (error) {
      throw new FabricError(
        "FABRIC_CHECKPOINT_FILE",
        `could not read \`${file.path}\`: ${(error as Error).message}.`,
        { cause: error },
      );
    }
    return bytes;
  }

  /** Consecutive elements of the flattened tensor, `[count]` in its dtype. */
  elements(tensor: SourceTensor, start: number, count: number): Tensor {
    const width = itemsize(tensor.dtype as DType);
    const bytes = this.bytes(tensor, start * width, count * width);
    return tensorFromBytes(bytes, tensor.dtype, [count]);
  }

  /** `using reader = new SourceReader()` */
  [Symbol.dispose](): void {
    if (this.#file !== null) closeSync(this.#fd);
    this.#file = null;
  }

  #open(file: SourceFile): void {
    if (this.#file === file) return;
    this[Symbol.dispose]();
    this.#fd = openSync(file.path, "r");
    this.#file = file;
  }
}
