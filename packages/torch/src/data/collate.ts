// Samples into a batch.

import { tensor } from "../creation.js";
import { isPlainObject } from "../dispatch/kinds.js";
import { FabricError, show } from "../errors.js";
import { stack } from "../generated/functions.js";
import { isTensor, type Tensor, type TypedArray } from "../tensor.js";

/** What {@link defaultCollate} makes of samples of type `T`. */
export type Collated<T> = T extends Tensor
  ? Tensor
  : T extends number | bigint | boolean
    ? Tensor
    : T extends string
      ? string[]
      : T extends TypedArray | Uint8ClampedArray
        ? Tensor
        : T extends readonly unknown[]
          ? { -readonly [K in keyof T]: Collated<T[K]> }
          : T extends ReadonlyMap<infer K, infer V>
            ? Map<K, Collated<V>>
            : T extends object
              ? { [K in keyof T]: Collated<T[K]> }
              : unknown;

/** The error for samples that have no common form; `path` says where in the sample, as `[1].label`. */
function mismatch(path: string, problem: string): FabricError {
  const place = path === "" ? "the samples" : `the samples' ${path}`;
  return new FabricError(
    "FABRIC_USAGE_COLLATE",
    `defaultCollate: ${place} ${problem}. Give the DataLoader a \`collate\` function, or return tensors, numbers, strings, arrays, plain objects or Maps of equal form.`,
  );
}

function form(value: unknown): string {
  if (isTensor(value)) return "tensor";
  if (Array.isArray(value)) return "array";
  if (ArrayBuffer.isView(value)) return "typed array";
  if (value instanceof Map) return "Map";
  if (value === null) return "other";
  if (typeof value === "object") return isPlainObject(value) ? "object" : "other";
  return typeof value;
}

/** Columns of an object or a Map: the same keys must be in every sample. */
function column(
  samples: readonly unknown[],
  read: (sample: unknown) => unknown,
  path: string,
): unknown {
  const values = samples.map(read);
  return collate(values, path);
}

function collateArrays(samples: readonly (readonly unknown[])[], path: string): unknown[] {
  const size = samples[0]?.length ?? 0;
  const odd = samples.find((sample) => sample.length !== size);
  if (odd !== undefined) {
    throw mismatch(path, `are arrays of different lengths, ${size} and ${odd.length}`);
  }
  return Array.from({ length: size }, (_, i) =>
    collate(
      samples.map((sample) => sample[i]),
      `${path}[${i}]`,
    ),
  );
}

function collateObjects(samples: readonly Record<string, unknown>[], path: string): object {
  const keys = Object.keys(samples[0] ?? {});
  const odd = samples.find(
    (sample) =>
      Object.keys(sample).length !== keys.length || keys.some((k) => !Object.hasOwn(sample, k)),
  );
  if (odd !== undefined) {
    throw mismatch(path, `are objects with different keys, ${show(samples[0])} and ${show(odd)}`);
  }
  return Object.fromEntries(
    keys.map((key) => [
      key,
      column(samples, (s) => (s as Record<string, unknown>)[key], `${path}.${key}`),
    ]),
  );
}

function collateMaps(
  samples: readonly ReadonlyMap<unknown, unknown>[],
  path: string,
): Map<unknown, unknown> {
  const keys = [...(samples[0]?.keys() ?? [])];
  if (samples.some((sample) => sample.size !== keys.length || keys.some((k) => !sample.has(k)))) {
    throw mismatch(path, "are Maps with different keys");
  }
  return new Map(
    keys.map((key) => [
      key,
      column(
        samples,
        (s) => (s as ReadonlyMap<unknown, unknown>).get(key),
        `${path}.get(${show(key)})`,
      ),
    ]),
  );
}

function collateViews(samples: readonly unknown[]): Tensor {
  const parts = samples.map((sample) => tensor(sample as TypedArray, { device: "cpu" }));
  const batch = stack(parts);
  for (const part of parts) part.dispose();
  return batch;
}

function collate(samples: readonly unknown[], path: string): unknown {
  const kind = form(samples[0]);
  const odd = samples.findIndex((sample) => form(sample) !== kind);
  if (odd > 0) {
    throw mismatch(path, `differ in kind: ${show(samples[0])} and ${show(samples[odd])}`);
  }
  switch (kind) {
    case "tensor":
      return stack(samples as Tensor[]);
    case "typed array":
      return collateViews(samples);
    case "number":
    case "bigint":
    case "boolean":
      return tensor(samples as number[], { device: "cpu" });
    case "string":
      return [...samples];
    case "array":
      return collateArrays(samples as unknown[][], path);
    case "object":
      return collateObjects(samples as Record<string, unknown>[], path);
    case "Map":
      return collateMaps(samples as Map<unknown, unknown>[], path);
    default:
      throw mismatch(path, `cannot be put into a batch: ${show(samples[0])}`);
  }
}

/**
 * Makes a batch of samples, as PyTorch's `default_collate`: a new first dimension, `B`, in front.
 *
 * Tensors are stacked, `B x [...] -> [B, ...]`, and so are typed arrays. Numbers become a vector `[B]` by the rule of `torch.tensor`: numbers
 * the default float dtype, bigints int64, booleans bool (so class labels are bigints or int64 tensors). Strings stay an array. Arrays, plain
 * objects and Maps are entered: an array of samples `[x, y]` becomes `[X, Y]`.
 *
 * @throws FabricError `FABRIC_USAGE_COLLATE` for samples of different or unknown form; TorchError for tensors of different shapes.
 */
export function defaultCollate<T>(samples: readonly T[]): Collated<T> {
  if (!Array.isArray(samples) || samples.length === 0) {
    throw mismatch("", "must be an array of at least one");
  }
  return collate(samples, "") as Collated<T>;
}
