// The layout of a sharded checkpoint: a folder with one safetensors file a rank, and `shards.json`, which names them and says which piece of
// which tensor each holds. `shards.json` is wrapped like `checkpoint.json`, and renamed into place last.

import { type DType, FabricError, torch } from "../../torch.js";
import { corrupt, unwrapJson } from "../format.js";

/** The file that makes a folder a sharded checkpoint. */
export const SHARDS_MANIFEST = "shards.json";
/** Version of the layout. */
export const SHARDS_VERSION = 1;
/** `shard-<rank>-<save>.safetensors`. */
const SHARD_FILE = /^shard-\d{1,6}-[0-9a-f]{16}\.safetensors$/;
const SHARD_ASIDE = /^\.shard-\d{1,6}-[0-9a-f]{16}\.safetensors\.[0-9a-f]+\.tmp$/;
/** Libtorch's own limit is below; a rank beyond is damage. */
const MAX_DIMENSIONS = 64;

/** A box of a tensor, and where it is stored. */
export interface ShardPiece {
  /** Rank whose file has it. */
  readonly rank: number;
  /** Its key in that file. */
  readonly key: string;
  /** First index, in each dimension. */
  readonly offsets: readonly number[];
  /** Size, in each dimension. */
  readonly lengths: readonly number[];
  /** Checksum of dtype, shape and bytes. */
  readonly sum: number;
}

/** One tensor, wherever its pieces are. */
export interface ShardedTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly pieces: readonly ShardPiece[];
}

/** What `shards.json` says. */
export interface ShardsBody {
  readonly format: "fabric-shards";
  /** Of the layout. */
  readonly version: number;
  /** Alias that it was saved with. */
  readonly precision: string;
  /** File of each rank. */
  readonly files: readonly string[];
  /** By name: the path in the state. */
  readonly tensors: Readonly<Record<string, ShardedTensor>>;
  /** The state, with tensors by name. */
  readonly state: unknown;
}

/** Whether a name is that of a file of a sharded checkpoint, or what a killed process left of one. @internal */
export function isShardFile(name: string): boolean {
  return name === SHARDS_MANIFEST || SHARD_FILE.test(name) || SHARD_ASIDE.test(name);
}

/** Name of a rank's file. @internal */
export function shardFile(rank: number, save: string): string {
  return `shard-${rank}-${save}.safetensors`;
}

/**
 * Reads `shards.json`, and checks that the pieces of each tensor fill it without overlap.
 *
 * @throws FabricError `FABRIC_CHECKPOINT_CORRUPT` naming the tensor, `FABRIC_CHECKPOINT_VERSION`. @internal
 */
export function readShardsManifest(text: string, path: string): ShardsBody {
  const parsed = unwrapJson(text, path) as Partial<ShardsBody>;
  if (parsed.format !== "fabric-shards" || typeof parsed.version !== "number")
    throw corrupt(path, "its description lacks the format's name");
  if (parsed.version !== SHARDS_VERSION) {
    throw new FabricError(
      "FABRIC_CHECKPOINT_VERSION",
      `The checkpoint "${path}" has version ${parsed.version} of the sharded format; this version of Fabric reads ${SHARDS_VERSION}. Update @fabric/core.`,
    );
  }
  const { files, tensors, precision } = parsed;
  if (typeof precision !== "string") throw corrupt(path, "it does not name a precision");
  if (
    !Array.isArray(files) ||
    !files.every(
      (file, rank) =>
        typeof file === "string" && SHARD_FILE.test(file) && file.startsWith(`shard-${rank}-`),
    )
  )
    throw corrupt(path, "its list of files is damaged");
  if (typeof tensors !== "object" || tensors === null || Array.isArray(tensors))
    throw corrupt(path, "its list of tensors is damaged");
  const used = new Set<string>();
  for (const [name, tensor] of Object.entries(tensors)) {
    checkTensor(path, name, tensor, files.length);
    for (const { rank, key } of tensor.pieces) {
      // A file's bytes stand for one piece: a short file cannot fill a large tensor.
      const place = `${rank} ${key}`;
      if (used.has(place))
        throw corrupt(path, `a piece of the tensor \`${name}\` is another's too`);
      used.add(place);
    }
  }
  return parsed as ShardsBody;
}

/** @throws FabricError `FABRIC_CHECKPOINT_CORRUPT` unless the pieces fill the tensor. @internal */
export function checkTensor(
  path: string,
  name: string,
  tensor: ShardedTensor,
  ranks: number,
): void {
  const { dtype, shape, pieces } = tensor ?? {};
  if (!torch.isDType(dtype) || !isSizes(shape) || !Array.isArray(pieces))
    throw corrupt(path, `the entry of the tensor \`${name}\` is damaged`);
  // Strides are products too, in which an empty dimension counts as 1.
  const largest = shape.reduce((a, b) => a * Math.max(b, 1), torch.itemsize(dtype));
  if (!Number.isSafeInteger(largest))
    throw corrupt(path, `the shape [${shape.join(", ")}] of the tensor \`${name}\` is too large`);
  if (!pieces.every((piece) => isPiece(piece, shape, ranks)))
    throw corrupt(path, `a piece of the tensor \`${name}\` lies outside of it, or is damaged`);
  const filled = (pieces as ShardPiece[]).reduce((sum, { lengths }) => sum + product(lengths), 0);
  const total = product(shape);
  if (filled !== total)
    throw corrupt(
      path,
      `the pieces of the tensor \`${name}\` have ${filled} elements, its shape [${shape.join(", ")}] has ${total}`,
    );
  if (anyOverlap(pieces)) throw corrupt(path, `two pieces of the tensor \`${name}\` overlap`);
}

/** Number of elements. @internal */
export function product(sizes: readonly number[]): number {
  return sizes.reduce((a, b) => a * b, 1);
}

function isPiece(piece: unknown, shape: readonly number[], ranks: number): piece is ShardPiece {
  const { rank, key, offsets, lengths, sum } = (piece ?? {}) as Partial<ShardPiece>;
  return (
    isCount(rank) &&
    rank < ranks &&
    typeof key === "string" &&
    isCount(sum) &&
    isSizes(offsets) &&
    isSizes(lengths) &&
    offsets.length === shape.length &&
    lengths.length === shape.length &&
    shape.every((size, d) => (offsets[d] as number) + (lengths[d] as number) <= size)
  );
}

/** Sweeps along the dimension that is cut most often, so that a thousand ranks do not take a million comparisons. */
function anyOverlap(pieces: readonly ShardPiece[]): boolean {
  const boxes = pieces.filter(({ lengths }) => product(lengths) > 0);
  const cuts = (boxes[0]?.offsets ?? []).map(
    (_, d) => new Set(boxes.map(({ offsets }) => offsets[d])).size,
  );
  const along = cuts.indexOf(Math.max(...cuts));
  // A scalar has one element, hence one piece.
  if (along < 0) return false;
  const start = ({ offsets }: ShardPiece): number => offsets[along] as number;
  const end = (piece: ShardPiece): number => start(piece) + (piece.lengths[along] as number);
  let open: ShardPiece[] = [];
  for (const piece of boxes.sort((a, b) => start(a) - start(b))) {
    open = open.filter((other) => end(other) > start(piece));
    if (open.some((other) => overlap(other, piece))) return true;
    open.push(piece);
  }
  return false;
}

function overlap(a: ShardPiece, b: ShardPiece): boolean {
  return a.offsets.every((offset, d) => {
    const other = b.offsets[d] as number;
    return offset < other + (b.lengths[d] as number) && other < offset + (a.lengths[d] as number);
  });
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length <= MAX_DIMENSIONS && value.every(isCount);
}
