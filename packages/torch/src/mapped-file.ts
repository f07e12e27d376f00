// Files as tensors: mapped, or copied through bytes.
import { crc32 } from "node:zlib";

import type { NativeBox } from "./binding.js";
import { refuseHostRead } from "./cuda/recording.js";
import { type DType, dtypeCode } from "./dtype.js";
import { runtime } from "./runtime.js";
import { makeTensor, Tensor } from "./tensor.js";
import { translate } from "./translate.js";

function ask<T>(name: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw translate(error, name);
  }
}

/** A file mapped into memory; ranges are checked against its size. */
export class MappedFile implements Disposable {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly #box: NativeBox;

  /** @internal use {@link openMapped} */
  constructor(path: string) {
    this.path = path;
    this.#box = ask("open", () => runtime().mapFile(path));
    this.size = runtime().mappedSize(this.#box);
  }

  /** A copy of a range. @throws FabricError `FABRIC_CHECKPOINT_CORRUPT` outside the file. */
  bytes(offset: number, length: number): Uint8Array {
    return new Uint8Array(ask(this.path, () => runtime().mappedBytes(this.#box, offset, length)));
  }

  /**
   * A tensor over a range. With `copy` false (the default) it is a view of the mapping: pages are read when touched, and writing to it changes memory only,
   * never the file. An entry that is not aligned to its dtype is copied.
   */
  tensor(
    offset: number,
    nbytes: number,
    dtype: DType,
    shape: readonly number[],
    copy = false,
  ): Tensor {
    return makeTensor(
      ask(this.path, () =>
        runtime().mappedTensor(this.#box, offset, nbytes, dtypeCode(dtype), shape, copy),
      ),
    );
  }

  /** Lets the mapping go once no tensor uses it. */
  close(): void {
    ask(this.path, () => runtime().closeFile(this.#box));
  }
  /** As {@link close}. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/** Maps a file. @throws FabricError `FABRIC_CHECKPOINT_FILE` if it cannot be opened. */
export function openMapped(path: string): MappedFile {
  return new MappedFile(path);
}

/** A CPU tensor with a copy of the bytes. @throws FabricError `FABRIC_TENSOR_ARGUMENT` if the length does not match shape and dtype. */
export function tensorFromBytes(
  bytes: ArrayBufferView | ArrayBuffer,
  dtype: DType,
  shape: readonly number[],
): Tensor {
  return makeTensor(
    ask("tensorFromBytes", () => runtime().fromBytes(bytes, dtypeCode(dtype), shape)),
  );
}

/** The elements' bytes in C order, a copy. */
export function tensorBytes(t: Tensor): Uint8Array {
  refuseHostRead("tensorBytes", () => t.device);
  return new Uint8Array(ask("tensorBytes", () => runtime().toBytes(Tensor.handleOf(t))));
}

/** Bytes of one piece: small enough to stay in a cache between two passes over it. */
const PIECE = 2 ** 20;

/**
 * Calls `fn` with the elements' bytes in C order, piece by piece. The bytes are only valid inside `fn`: their memory is used again, so that
 * a tensor of any size takes no more than 1 MiB besides.
 *
 * @param t - contiguous and on the CPU.
 * @throws FabricError `FABRIC_TENSOR_ARGUMENT` for any other tensor.
 */
export function readBytes(t: Tensor, fn: (bytes: Uint8Array) => void): void {
  const handle = Tensor.handleOf(t);
  eachPiece(t.nbytes, (piece, offset) => {
    ask("readBytes", () => runtime().copyBytesOut(handle, offset, piece));
    fn(piece);
  });
}

/**
 * CRC-32 (of zlib and PNG) of a tensor's bytes in C order.
 *
 * @param t - contiguous and on the CPU.
 * @param value - the sum of what comes before; default 0, nothing.
 * @throws FabricError `FABRIC_TENSOR_ARGUMENT` for any other tensor.
 */
export function tensorCrc32(t: Tensor, value = 0): number {
  const sum = ask("tensorCrc32", () => runtime().crc32(Tensor.handleOf(t), value));
  if (sum !== null) return sum;
  let pieces = value;
  readBytes(t, (bytes) => {
    pieces = crc32(bytes, pieces);
  });
  return pieces;
}

/** Appends a tensor's bytes to a file. @param t - contiguous and on the CPU. @internal */
export function appendBytes(t: Tensor, fd: number): void {
  ask("write", () => runtime().writeBytes(Tensor.handleOf(t), fd));
}

/**
 * Fills a tensor's memory piece by piece, unseen by autograd: `fill` gets memory, and the offset in bytes that it stands for.
 *
 * @param t - contiguous and on the CPU.
 * @internal
 */
export function writeBytes(t: Tensor, fill: (bytes: Uint8Array, offset: number) => void): void {
  const handle = Tensor.handleOf(t);
  eachPiece(t.nbytes, (piece, offset) => {
    fill(piece, offset);
    ask("writeBytes", () => runtime().copyBytesIn(handle, offset, piece));
  });
}

function eachPiece(nbytes: number, use: (piece: Uint8Array, offset: number) => void): void {
  const buffer = new Uint8Array(Math.min(PIECE, nbytes));
  for (let offset = 0; offset < nbytes; offset += PIECE)
    use(buffer.subarray(0, Math.min(PIECE, nbytes - offset)), offset);
}

/** An uninitialised CPU tensor, an ordinary one also under `inferenceMode`. @internal */
export function emptyBytes(nbytes: number, dtype: DType, shape: readonly number[]): Tensor {
  return makeTensor(ask("empty", () => runtime().emptyBytes(nbytes, dtypeCode(dtype), shape)));
}
