// Comparing what two runs left behind, to the bit.

import { isTensor, type Tensor, torch } from "@fabric/core";
import type { Rig } from "./rig.js";

/** Copies of every tensor and number in a value, by path, as `"model.up.weight"`. */
export function flatten(
  value: unknown,
  path = "",
  found: Map<string, unknown> = new Map(),
): Map<string, unknown> {
  if (isTensor(value)) found.set(path, value.detach().clone());
  else if (value instanceof Map || Array.isArray(value)) {
    for (const [key, item] of value.entries()) flatten(item, join(path, key), found);
  } else if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value)) {
    for (const [key, item] of Object.entries(value)) flatten(item, join(path, key), found);
  } else found.set(path, value);
  return found;
}

function join(path: string, key: unknown): string {
  return path === "" ? String(key) : `${path}.${String(key)}`;
}

/** Copies of the weights, buffers, optimizer state and plugin state of a run. */
export function stateOf({ model, optimizer, plugin }: Rig): Map<string, unknown> {
  return flatten({
    model: model.stateDict(),
    optimizer: optimizer.stateDict(),
    plugin: plugin.stateDict(),
  });
}

/** What differs first between two flattened values, as text; null if they agree to the bit. */
export function difference(
  a: ReadonlyMap<string, unknown>,
  b: ReadonlyMap<string, unknown>,
): string | null {
  for (const path of a.keys()) if (!b.has(path)) return `\`${path}\` is missing`;
  for (const path of b.keys()) if (!a.has(path)) return `\`${path}\` is new`;
  for (const [path, left] of a) {
    const text = valueDifference(left, b.get(path));
    if (text !== null) return `\`${path}\`: ${text}`;
  }
  return null;
}

function valueDifference(a: unknown, b: unknown): string | null {
  if (!isTensor(a) || !isTensor(b)) return Object.is(a, b) ? null : `${show(a)} became ${show(b)}`;
  if (a.dtype !== b.dtype) return `${a.dtype} became ${b.dtype}`;
  if (String(a.shape) !== String(b.shape)) return `[${a.shape}] became [${b.shape}]`;
  if (sameBits(a, b)) return null;
  const far = torch.scope(() => a.double().sub(b.double()).abs().max().item());
  return `values differ by up to ${Number(far).toPrecision(3)}`;
}

/** Whether two tensors of one dtype agree to the bit, nan included. */
export function sameBits(a: Tensor, b: Tensor): boolean {
  if (torch.equal(a, b)) return true;
  if (!a.isFloatingPoint()) return false;
  return torch.scope(
    () => torch.equal(a.isnan(), b.isnan()) && torch.equal(torch.nanToNum(a), torch.nanToNum(b)),
  );
}

function show(value: unknown): string {
  return isTensor(value) ? `a ${value.dtype} tensor` : (JSON.stringify(value) ?? String(value));
}

/** Copies of a module's parameters, by name. */
export function weightsOf(module: { namedParameters(): [string, Tensor][] }): Map<string, Tensor> {
  return new Map(module.namedParameters().map(([name, p]) => [name, p.detach().clone()]));
}

/** `norm(a - b) / norm(b)` over pairs of tensors, computed in float64. */
export function relativeError(pairs: Iterable<readonly [value: Tensor, exact: Tensor]>): number {
  let error = 0;
  let size = 0;
  for (const [value, exact] of pairs) {
    const [e, s] = torch.scope(() => {
      const right = exact.detach().double().cpu();
      return [
        value.detach().double().cpu().sub(right).square().sum().item<number>(),
        right.square().sum().item<number>(),
      ] as const;
    });
    error += e;
    size += s;
  }
  return Math.sqrt(error / size);
}
