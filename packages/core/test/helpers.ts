// What several tests of core need: small models, recorded warnings, variables that are put back.

import { data, FabricError, nn, optim, type Tensor, torch } from "@fabric/core";
import { expect } from "vitest";

/** y = W2 relu(W1 x); 4 -> 8 -> 2. */
export class Net extends nn.Module {
  fc1 = new nn.Linear(4, 8);
  fc2 = new nn.Linear(8, 2);
  override forward(x: Tensor): Tensor {
    return this.fc2.forward(torch.relu(this.fc1.forward(x)));
  }
}

/** Runs `fn` and expects a FabricError with this code; returns it. */
export function thrown(code: string, fn: () => unknown): FabricError {
  try {
    fn();
  } catch (error) {
    return check(code, error);
  }
  throw new Error(`expected ${code}, but nothing was thrown`);
}

/** As {@link thrown} for a promise. */
export async function rejected(code: string, promise: Promise<unknown>): Promise<FabricError> {
  try {
    await promise;
  } catch (error) {
    return check(code, error);
  }
  throw new Error(`expected ${code}, but nothing was thrown`);
}

function check(code: string, error: unknown): FabricError {
  expect(error).toBeInstanceOf(FabricError);
  expect((error as FabricError).code).toBe(code);
  return error as FabricError;
}

/** Collects the process warnings that `fn` causes, as `CODE: message`. */
export async function warnings(fn: () => unknown): Promise<string[]> {
  const seen: string[] = [];
  // Those of earlier tests are still on their way.
  await new Promise((resolve) => setImmediate(resolve));
  const listener = (warning: Error & { code?: string }): void =>
    void seen.push(`${warning.code}: ${warning.message}`);
  process.on("warning", listener);
  try {
    await fn();
    // Warnings are emitted on the next tick.
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off("warning", listener);
  }
  return seen;
}

/** What is written to standard error while `fn` runs. */
export function standardError(fn: () => void): string {
  const write = process.stderr.write;
  let text = "";
  process.stderr.write = ((chunk: unknown) => {
    text += String(chunk);
    return true;
  }) as typeof write;
  try {
    fn();
  } finally {
    process.stderr.write = write;
  }
  return text;
}

/** Sets environment variables for `fn` only; undefined removes one. */
export function withEnvironment<T>(values: Record<string, string | undefined>, fn: () => T): T {
  const before = Object.fromEntries(Object.keys(values).map((name) => [name, process.env[name]]));
  const put = (record: Record<string, string | undefined>): void => {
    for (const [name, value] of Object.entries(record)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
  put(values);
  try {
    return fn();
  } finally {
    put(before);
  }
}

/** Copies of the parameters' values. */
export function snapshot(module: nn.Module): Map<string, Tensor> {
  return new Map(module.namedParameters().map(([name, p]) => [name, p.detach().clone()]));
}

/** Eight seeded samples for {@link Net}. */
export function batch(): [x: Tensor, y: Tensor] {
  torch.manualSeed(7);
  return [torch.randn([8, 4]), torch.randn([8, 2])];
}

/** SGD over all parameters. */
export function sgd(module: nn.Module, lr = 0.1): optim.SGD {
  return new optim.SGD(module.parameters(), { lr });
}

/** A loader over `n` samples `0..n-1`. */
export function loaderOf(n: number, options: object = {}): data.DataLoader {
  return new data.DataLoader(
    new data.TensorDataset(torch.arange(0, n)),
    options,
  ) as data.DataLoader;
}
