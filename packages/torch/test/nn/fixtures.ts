// Reads the stored PyTorch results beside the tests and compares ours with them.

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import * as torch from "../../src/index.js";

const { nn } = torch;

interface Packed {
  dtype: torch.DType;
  shape: number[];
  values: number[];
}

interface LayerCase {
  name: string;
  seed: number;
  training: boolean;
  state: Record<string, Packed>;
  inputs: Packed[];
  outputs: Packed[];
  inputGrads: (Packed | null)[];
  parameterGrads: Record<string, Packed>;
  buffersAfter: Record<string, Packed>;
}

/** A stored call of a function. */
export interface FunctionCase {
  name: string;
  inputs: Packed[];
  outputs: Packed[];
  inputGrads: (Packed | null)[];
}

/** The cases of a fixture file. */
export function readCases<C>(file: string): C[] {
  const url = new URL(`../fixtures/nn/${file}`, import.meta.url);
  return (JSON.parse(readFileSync(url, "utf8")) as { cases: C[] }).cases;
}

/** A stored tensor. */
export function unpack({ dtype, shape, values }: Packed): torch.Tensor {
  return torch.tensor(values, { dtype }).reshape(shape);
}

/** Same shape and dtype, and values equal, or near to them. */
export function expectTensor(
  actual: torch.Tensor,
  expected: Packed,
  what: string,
  tolerance: "exact" | { rtol: number; atol: number } = FLOAT32,
): void {
  expect(actual.shape, `${what}: shape`).toEqual(expected.shape);
  expect(actual.dtype, `${what}: dtype`).toBe(expected.dtype);
  const got = actual.detach().to("float64").reshape([-1]).toArray() as number[];
  const wanted = unpack(expected).to("float64").reshape([-1]).toArray() as number[];
  wanted.forEach((value, i) => {
    const error = Math.abs((got[i] as number) - value);
    const allowed = tolerance === "exact" ? 0 : tolerance.atol + tolerance.rtol * Math.abs(value);
    if (!(error <= allowed)) {
      expect.fail(`${what}: element ${i} is ${got[i]}, expected ${value} within ${allowed}`);
    }
  });
}

/**
 * Both sides compute in float32 with the same libtorch, but another CPU, thread count or fused kernel sums in another
 * order: a few units of 2^-24 relative, and as much absolute where terms of size one cancel.
 */
const FLOAT32 = { rtol: 1e-5, atol: 2e-6 };

function tensorsOf(value: unknown): torch.Tensor[] {
  if (torch.isTensor(value)) return [value];
  return Array.isArray(value) ? value.flatMap(tensorsOf) : [];
}

function halfSquare(outputs: torch.Tensor[]): torch.Tensor {
  let loss = torch.zeros([]);
  for (const output of outputs) {
    if (output.isFloatingPoint()) loss = loss.add(output.mul(output).sum());
  }
  return loss.div(2);
}

/** How a case builds its layer, and how it calls it if not with the inputs alone. */
export interface LayerSpec {
  make: () => torch.nn.Module;
  call?: (layer: never, ...inputs: torch.Tensor[]) => unknown;
}

/** One test per stored layer: initial weights, outputs, gradients and buffers. */
export function testLayers(
  file: string,
  specs: Record<string, LayerSpec | (() => torch.nn.Module)>,
): void {
  for (const stored of readCases<LayerCase>(file)) {
    it(`computes ${stored.name} as PyTorch does`, () => {
      const found = specs[stored.name];
      if (found === undefined) throw new Error(`no test builds "${stored.name}"`);
      const spec = typeof found === "function" ? { make: found } : found;
      torch.manualSeed(stored.seed);
      const layer = spec.make();
      const state = layer.stateDict();
      expect(Object.keys(state)).toEqual(Object.keys(stored.state));
      for (const [key, value] of Object.entries(state)) {
        expectTensor(value, stored.state[key] as Packed, `initial ${key}`, "exact");
      }
      layer.train(stored.training);
      const inputs = stored.inputs.map((input) => {
        const tensor = unpack(input);
        return tensor.isFloatingPoint() ? tensor.requiresGrad_() : tensor;
      });
      const outputs = tensorsOf(
        spec.call === undefined ? layer.forward(...inputs) : spec.call(layer as never, ...inputs),
      );
      expect(outputs.length).toBe(stored.outputs.length);
      outputs.forEach((output, i) => {
        expectTensor(output, stored.outputs[i] as Packed, `output ${i}`);
      });
      halfSquare(outputs).backward();
      stored.inputGrads.forEach((gradient, i) => {
        if (gradient !== null)
          expectTensor(
            (inputs[i] as torch.Tensor).grad as torch.Tensor,
            gradient,
            `gradient of input ${i}`,
          );
      });
      const gradients = layer.namedParameters().filter(([, parameter]) => parameter.grad !== null);
      expect(gradients.map(([name]) => name)).toEqual(Object.keys(stored.parameterGrads));
      for (const [name, parameter] of gradients) {
        expectTensor(
          parameter.grad as torch.Tensor,
          stored.parameterGrads[name] as Packed,
          `gradient of ${name}`,
        );
      }
      for (const [name, buffer] of layer.namedBuffers()) {
        expectTensor(buffer, stored.buffersAfter[name] as Packed, `buffer ${name}`);
      }
    });
  }
}

/** One test per stored function call: outputs and gradients. */
export function testFunctions(
  file: string,
  specs: Record<string, (...inputs: never[]) => unknown>,
): void {
  for (const stored of readCases<FunctionCase>(file)) {
    it(`computes ${stored.name} as PyTorch does`, () => {
      const call = specs[stored.name] as ((...inputs: torch.Tensor[]) => unknown) | undefined;
      if (call === undefined) throw new Error(`no test calls "${stored.name}"`);
      const inputs = stored.inputs.map((input, i) => {
        const tensor = unpack(input);
        return stored.inputGrads[i] === null ? tensor : tensor.requiresGrad_();
      });
      const outputs = tensorsOf(call(...inputs));
      expect(outputs.length).toBe(stored.outputs.length);
      outputs.forEach((output, i) => {
        expectTensor(output, stored.outputs[i] as Packed, `output ${i}`);
      });
      if (stored.inputGrads.every((gradient) => gradient === null)) return;
      halfSquare(outputs).backward();
      stored.inputGrads.forEach((gradient, i) => {
        if (gradient !== null)
          expectTensor(
            (inputs[i] as torch.Tensor).grad as torch.Tensor,
            gradient,
            `gradient of input ${i}`,
          );
      });
    });
  }
}

/** A tiny module for tests of the module tree. */
export class Block extends nn.Module {
  fc1: torch.nn.Linear = new nn.Linear(3, 3);
  fc2: torch.nn.Linear = new nn.Linear(3, 3);
  override forward(x: torch.Tensor): torch.Tensor {
    return this.fc2.forward(torch.relu(this.fc1.forward(x)));
  }
}
