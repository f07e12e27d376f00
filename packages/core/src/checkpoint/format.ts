// The layout of a checkpoint on disk.
//
// A folder holds `checkpoint.json` and the safetensors file that it names; a single file is safetensors whose metadata
// entry `fabric` is the same JSON. The JSON is `{"crc32":"<8 hex digits>","checkpoint":<body>}`, the sum taken over the
// body's bytes; the body has the sum of every tensor.

import { crc32 } from "node:zlib";

import { FabricError, type Tensor, torch } from "../torch.js";

/** The file in a folder that makes it a checkpoint. */
export const MANIFEST = "checkpoint.json";
/** Key of the JSON in a single file's metadata. */
export const METADATA_KEY = "fabric";
/** Version of the layout. */
export const FORMAT_VERSION = 1;
/** Data files in a folder: `tensors-<id>.safetensors`. */
export const DATA_FILE: RegExp = /^tensors-[0-9a-f]{16}\.safetensors$/;
/** What a killed process may leave of a data file. */
export const ASIDE_FILE: RegExp = /^\.tensors-[0-9a-f]{16}\.safetensors\.[0-9a-f]+\.tmp$/;

/** The body of the JSON. @internal */
export interface CheckpointBody {
  readonly format: "fabric-checkpoint";
  readonly version: number;
  readonly precision: string;
  /** Data file in a folder; null in a single file, or when there is no tensor. */
  readonly file: string | null;
  /** Checksum of each tensor: see {@link tensorSum}. */
  readonly sums: Record<string, number>;
  /** The state, with tensors by name. */
  readonly state: unknown;
}

/**
 * CRC-32 of a tensor's dtype and shape, then of its bytes in C order: a header that calls the same bytes something else does not match.
 *
 * @param tensor - dense and on the CPU. @internal
 */
export function tensorSum(tensor: Tensor): number {
  return torch.tensorCrc32(tensor, crc32(`${tensor.dtype}[${tensor.shape.join(",")}]`));
}

/** The text of a manifest. @internal */
export function writeManifest(body: CheckpointBody): string {
  return wrapJson(body);
}

/** A value as JSON with the sum of its text. @internal */
export function wrapJson(body: unknown): string {
  const text = JSON.stringify(body);
  return `{"crc32":"${checksum(text)}","checkpoint":${text}}`;
}

/** Whether a text looks like what {@link wrapJson} makes. @internal */
export function isWrapped(text: string): boolean {
  return text.startsWith('{"crc32":"');
}

/** What {@link wrapJson} wrapped. @throws FabricError `FABRIC_CHECKPOINT_CORRUPT`. @internal */
export function unwrapJson(text: string, path: string): object {
  const match = /^\{"crc32":"([0-9a-f]{8})","checkpoint":(.*)\}\s*$/s.exec(text);
  const body = match?.[2];
  if (match === null || body === undefined)
    throw corrupt(path, "its description is not in the format of Fabric");
  if (checksum(body) !== match[1])
    throw corrupt(path, "the checksum of its description does not match");
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch (error) {
    throw corrupt(path, "its description is not JSON", error);
  }
  if (typeof parsed === "object" && parsed !== null) return parsed;
  throw corrupt(path, "its description is no object");
}

/** Reads the text of a manifest. @throws FabricError `FABRIC_CHECKPOINT_CORRUPT`, or `FABRIC_CHECKPOINT_VERSION`. @internal */
export function readManifest(text: string, path: string): CheckpointBody {
  const parsed = unwrapJson(text, path) as Partial<CheckpointBody>;
  if (parsed.format !== "fabric-checkpoint" || typeof parsed.version !== "number")
    throw corrupt(path, "its description lacks the format's name");
  if (parsed.version !== FORMAT_VERSION) {
    throw new FabricError(
      "FABRIC_CHECKPOINT_VERSION",
      `The checkpoint "${path}" has version ${parsed.version} of the format; this version of Fabric reads ${FORMAT_VERSION}. Update @fabric/core.`,
    );
  }
  const { file, sums } = parsed;
  if (
    (file !== null && (typeof file !== "string" || !DATA_FILE.test(file))) ||
    typeof sums !== "object" ||
    sums === null
  ) {
    throw corrupt(path, "its description is incomplete");
  }
  return parsed as CheckpointBody;
}

/** The error for a damaged checkpoint. @internal */
export function corrupt(path: string, reason: string, cause?: unknown): FabricError {
  return new FabricError(
    "FABRIC_CHECKPOINT_CORRUPT",
    `The checkpoint "${path}" cannot be used: ${reason}. Load another one; nothing was changed.`,
    cause === undefined ? {} : { cause },
  );
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}
