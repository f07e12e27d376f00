// Reads a sharded checkpoint in one process: each tensor is put together from its pieces.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { FabricError, type nn, safetensors, type Tensor, torch } from "../../torch.js";
import { corrupt, tensorSum } from "../format.js";
import {
  readShardsManifest,
  SHARDS_MANIFEST,
  type ShardedTensor,
  type ShardPiece,
  type ShardsBody,
} from "./format.js";

/** A sharded checkpoint whose tensors are put together one by one. */
export class ShardsFolder implements Disposable {
  /** What `shards.json` says. */
  readonly body: ShardsBody;
  readonly #folder: string;
  readonly #files = new Map<number, safetensors.SafetensorsFile>();

  /**
   * @param manifestName - name of the description in the folder; default `shards.json`.
   * @throws FabricError `FABRIC_CHECKPOINT_FORMAT` if the folder has none, `FABRIC_CHECKPOINT_CORRUPT`.
   */
  constructor(folder: string, manifestName: string = SHARDS_MANIFEST) {
    const manifest = join(folder, manifestName);
    let text: string;
    try {
      text = readFileSync(manifest, "utf8");
    } catch (error) {
      throw new FabricError(
        "FABRIC_CHECKPOINT_FORMAT",
        `The folder "${folder}" is no sharded checkpoint: it has no ${manifestName}. Pass the folder that the ranks wrote.`,
        { cause: error },
      );
    }
    this.#folder = folder;
    this.body = readShardsManifest(text, manifest);
  }

  /**
   * The whole tensor `name`, on the CPU and of the caller.
   *
   * @throws FabricError `FABRIC_CHECKPOINT_CORRUPT` naming file and tensor.
   */
  tensor(name: string, verify = true): Tensor {
    const entry = Object.hasOwn(this.body.tensors, name) ? this.body.tensors[name] : undefined;
    if (entry === undefined) throw corrupt(this.#folder, `the tensor \`${name}\` is missing`);
    const { shape, dtype, pieces } = entry;
    // Nothing is allocated before every piece is known to be in its file.
    for (const piece of pieces) this.#find(name, entry, piece);
    return torch.scope(() => {
      const whole = torch.empty([...shape], { dtype, device: "cpu" });
      for (const piece of pieces)
        torch.noGrad(() => torch.scope(() => this.#fill(whole, name, entry, piece, verify)));
      return whole;
    });
  }

  /**
   * Some rows of the tensor `name`, on the CPU and of the caller: only the pieces that have some of them are read. A scalar is one row.
   *
   * @throws FabricError as {@link tensor}.
   */
  rows(name: string, held: nn.ShardRows, verify = true): Tensor {
    const entry = Object.hasOwn(this.body.tensors, name) ? this.body.tensors[name] : undefined;
    if (entry === undefined) throw corrupt(this.#folder, `the tensor \`${name}\` is missing`);
    const { shape, dtype, pieces } = entry;
    const { offset, length } = held;
    return torch.scope(() => {
      const part = torch.empty([length, ...shape.slice(1)], { dtype, device: "cpu" });
      for (const piece of pieces) {
        const start = piece.offsets[0] ?? 0;
        const end = start + (piece.lengths[0] ?? 1);
        const [from, to] = [Math.max(start, offset), Math.min(end, offset + length)];
        if (from >= to) continue;
        torch.noGrad(() =>
          torch.scope(() => {
            const source = this.#piece(name, entry, piece, verify).reshape([
              end - start,
              ...piece.lengths.slice(1),
            ]);
            const target = piece.offsets.reduce(
              (box, first, d) => (d === 0 ? box : box.narrow(d, first, piece.lengths[d] as number)),
              part.narrow(0, from - offset, to - from),
            );
            target.copy_(source.narrow(0, from - start, to - from));
          }),
        );
      }
      return part;
    });
  }

  /**
   * Checks that every piece is in its file, with its dtype and shape; reads headers only. With `verify` it reads everything and compares the
   * checksums, a piece at a time: no tensor is put together.
   *
   * @throws FabricError `FABRIC_CHECKPOINT_FILE` for a file that is not there, `FABRIC_CHECKPOINT_CORRUPT` naming file and tensor.
   */
  check(verify = false): void {
    for (const [name, entry] of Object.entries(this.body.tensors)) {
      for (const piece of entry.pieces) {
        if (verify) torch.scope(() => void this.#piece(name, entry, piece, true));
        else this.#find(name, entry, piece);
      }
    }
  }

  /** Lets the files go. */
  [Symbol.dispose](): void {
    for (const file of this.#files.values()) file.close();
    this.#files.clear();
  }

  #fill(
    whole: Tensor,
    name: string,
    entry: ShardedTensor,
    piece: ShardPiece,
    verify: boolean,
  ): void {
    const target = piece.offsets.reduce(
      (box, offset, d) => box.narrow(d, offset, piece.lengths[d] as number),
      whole,
    );
    target.copy_(this.#piece(name, entry, piece, verify));
  }

  #piece(name: string, entry: ShardedTensor, piece: ShardPiece, verify: boolean): Tensor {
    const file = this.#find(name, entry, piece);
    const part = file.get(piece.key);
    if (verify && tensorSum(part) !== piece.sum)
      throw corrupt(file.path, `the checksum of the tensor \`${name}\` does not match`);
    return part;
  }

  /** The file that has a piece. */
  #find(
    name: string,
    { dtype }: ShardedTensor,
    { rank, key, lengths }: ShardPiece,
  ): safetensors.SafetensorsFile {
    const path = join(this.#folder, this.body.files[rank] as string);
    const file = this.#file(rank, path);
    if (!file.has(key)) throw corrupt(path, `the tensor \`${name}\` is missing`);
    const info = file.info(key);
    if (info.dtype !== dtype || info.shape.join() !== lengths.join())
      throw corrupt(path, `the tensor \`${name}\` has another dtype or shape than described`);
    return file;
  }

  #file(rank: number, path: string): safetensors.SafetensorsFile {
    let file = this.#files.get(rank);
    file ??= safetensors.open(path);
    this.#files.set(rank, file);
    return file;
  }
}
