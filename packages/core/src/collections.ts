// Walks what people pass between functions: arrays, plain objects, Map and Set. Class instances are opaque.

import { type Device, isTensor, type Tensor } from "@fabric/torch";

/** Tensors that {@link mapTensors} made while {@link collectCreated} runs. */
let created: Tensor[] | null = null;

/**
 * Replaces every tensor in a collection by what `convert` returns. Structure and everything that is no tensor are kept;
 * if nothing changes, `data` itself is returned. `path` names the place, as `"0.mask"`.
 */
export function mapTensors<T>(data: T, convert: (tensor: Tensor, path: string) => Tensor): T {
  return mapLeaves(data, (leaf, path) => {
    if (!isTensor(leaf)) return leaf;
    const result = convert(leaf, path);
    if (result !== leaf && created !== null) created.push(result);
    return result;
  }) as T;
}

/** Calls `visit` with every tensor in a collection. */
export function forEachTensor(data: unknown, visit: (tensor: Tensor) => void): void {
  if (typeof data !== "object" || data === null) return;
  if (isTensor(data)) visit(data);
  else if (Array.isArray(data)) for (const item of data) forEachTensor(item, visit);
  else if (data instanceof Map || data instanceof Set)
    for (const item of data.values()) forEachTensor(item, visit);
  else if (isPlainObject(data)) for (const item of Object.values(data)) forEachTensor(item, visit);
}

/** Whether `test` is true of a value, or of one inside its arrays and plain objects; tensors are none of these. @internal */
export function holds(value: unknown, test: (item: unknown) => boolean): boolean {
  if (isTensor(value)) return false;
  if (test(value)) return true;
  if (Array.isArray(value)) return value.some((item) => holds(item, test));
  return isPlainObject(value) && Object.values(value).some((item) => holds(item, test));
}

/** Whether a tensor is of a real floating-point dtype: the only ones that precision conversion touches. */
export function isRealFloat(tensor: Tensor): boolean {
  return tensor.isFloatingPoint();
}

/**
 * Moves everything that has `to(device)` in a collection. A `to` that returns nothing means the object itself.
 * Copies do not block, except to the CPU and mps.
 */
export function moveToDevice<T>(data: T, device: Device): T {
  const nonBlocking = device !== "cpu" && !device.startsWith("mps");
  return mapLeaves(data, (leaf) => {
    if (isTensor(leaf)) return leaf.device === device ? leaf : leaf.to({ device, nonBlocking });
    if (!isMovable(leaf)) return leaf;
    return leaf.to(device) ?? leaf;
  }) as T;
}

/** Applies `convert` to everything that is not a collection; keeps identity where nothing changes. */
export function mapLeaves(
  data: unknown,
  convert: (leaf: unknown, path: string) => unknown,
  path = "",
): unknown {
  if (typeof data !== "object" || data === null) return convert(data, path);
  if (Array.isArray(data)) return mapArray(data, convert, path);
  if (data instanceof Map) return mapMap(data, convert, path);
  if (data instanceof Set) {
    const items = [...data];
    const mapped = mapArray(items, convert, path);
    return mapped === items ? data : new Set(mapped);
  }
  if (isPlainObject(data)) return mapObject(data as Record<string, unknown>, convert, path);
  return convert(data, path);
}

/** Whether a value is an object literal, or made with a null prototype. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Runs `fn` and lists the tensors that `mapTensors` made inside; null if there were none. @internal */
export function collectCreated<T>(fn: () => T): [result: T, made: Tensor[] | null] {
  const outer = created;
  const mine: Tensor[] = [];
  created = mine;
  try {
    const result = fn();
    return [result, mine.length === 0 ? null : mine];
  } finally {
    created = outer;
  }
}

function mapArray(
  data: unknown[],
  convert: (leaf: unknown, path: string) => unknown,
  path: string,
): unknown[] {
  let copy: unknown[] | null = null;
  for (let i = 0; i < data.length; i++) {
    const item = data[i];
    const mapped = mapLeaves(item, convert, path === "" ? String(i) : `${path}.${i}`);
    if (mapped === item) continue;
    copy ??= data.slice();
    copy[i] = mapped;
  }
  return copy ?? data;
}

function mapMap(
  data: Map<unknown, unknown>,
  convert: (leaf: unknown, path: string) => unknown,
  path: string,
): unknown {
  let copy: Map<unknown, unknown> | null = null;
  for (const [key, item] of data) {
    const mapped = mapLeaves(item, convert, join(path, String(key)));
    if (mapped === item) continue;
    copy ??= new Map(data);
    copy.set(key, mapped);
  }
  return copy ?? data;
}

function mapObject(
  data: Record<string, unknown>,
  convert: (leaf: unknown, path: string) => unknown,
  path: string,
): unknown {
  let copy: Record<string, unknown> | null = null;
  for (const key of Object.keys(data)) {
    const item = data[key];
    const mapped = mapLeaves(item, convert, join(path, key));
    if (mapped === item) continue;
    copy ??= Object.assign(
      Object.create(Object.getPrototypeOf(data)) as Record<string, unknown>,
      data,
    );
    copy[key] = mapped;
  }
  return copy ?? data;
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

function isMovable(value: unknown): value is { to(device: Device): unknown } {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { to?: unknown }).to === "function"
  );
}
