// Reads a sharded checkpoint in one process: each tensor is put together from its pieces.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { FabricError, safetensors, type Tensor, torch } from "../../torch.js";
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

  /** @throws FabricError `FABRIC_CHECKPOINT_FORMAT` if the folder has no `shards.json`, `FABRIC_CHECKPOINT_CORRUPT`. */
  constructor(folder: string) {
    const manifest = join(folder, SHARDS_MANIFEST);
    let text: string;
    try {
      text = readFileSync(manifest, "utf8");
    } catch (error) {
      throw new FabricError(
        "FABRIC_CHECKPOINT_FORMAT",
        `The folder "${folder}" is no sharded checkpoint: it has no ${SHARDS_MANIFEST}. Pass the folder that the ranks wrote.`,
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
    return torch.scope(() => {
      const { shape, dtype, pieces } = entry;
      // Nothing is allocated before every piece is known to be in its file.
      const parts = pieces.map((piece) => this.#piece(name, entry, piece, verify));
      const whole = torch.empty([...shape], { dtype, device: "cpu" });
      torch.noGrad(() => {
        for (const [i, { offsets, lengths }] of pieces.entries()) {
          let target = whole;
          offsets.forEach((offset, d) => {
            target = target.narrow(d, offset, lengths[d] as number);
          });
          target.copy_(parts[i] as Tensor);
        }
      });
      return whole;
    });
  }

  /** Lets the files go. */
  [Symbol.dispose](): void {
    for (const file of this.#files.values()) file.close();
    this.#files.clear();
  }

  #piece(name: string, { dtype }: ShardedTensor, piece: ShardPiece, verify: boolean): Tensor {
    const path = join(this.#folder, this.body.files[piece.rank] as string);
    const file = this.#file(piece.rank, path);
    if (!file.has(piece.key)) throw corrupt(path, `the tensor \`${name}\` is missing`);
    const info = file.info(piece.key);
    if (info.dtype !== dtype || info.shape.join() !== piece.lengths.join())
      throw corrupt(path, `the tensor \`${name}\` has another dtype or shape than described`);
    const part = file.get(piece.key);
    if (verify && tensorSum(part) !== piece.sum)
      throw corrupt(path, `the checksum of the tensor \`${name}\` does not match`);
    return part;
  }

  #file(rank: number, path: string): safetensors.SafetensorsFile {
    let file = this.#files.get(rank);
    file ??= safetensors.open(path);
    this.#files.set(rank, file);
    return file;
  }
}
