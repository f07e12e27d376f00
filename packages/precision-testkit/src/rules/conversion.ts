// What convertInput and convertOutput must leave as it is.

import { isTensor, type Precision, type Tensor, torch } from "@fabric/core";
import { sameBits } from "../compare.js";
import { batch } from "../network.js";
import { makePlugin, makeRig } from "../rig.js";
import { expectThat, type Rule } from "../rule.js";

type Convert = "convertInput" | "convertOutput";

function conversionRule(hook: Convert, id: string): Rule {
  return {
    id,
    title: `${hook} keeps integers, bools, complex tensors, the structure, and identity where nothing changes`,
    check(subject) {
      const plugin = makePlugin(subject);
      keepsOtherDtypes(plugin, hook);
      keepsIdentity(plugin, hook);
      keepsStructure(plugin, hook);
      keepsTheCallersTensor(plugin, hook);
    },
  };
}

export const convertInput: Rule = conversionRule("convertInput", "convert-input");
export const convertOutput: Rule = conversionRule("convertOutput", "convert-output");

function untouchables(): Tensor[] {
  const complex = torch.complex(torch.ones([2]), torch.zeros([2]));
  return [
    torch.arange(0, 300),
    torch.tensor([1, 2], { dtype: "int32" }),
    torch.tensor([1, 200], { dtype: "uint8" }),
    torch.tensor([1, 0], { dtype: "bool" }),
    complex,
    complex.to("complex128"),
  ];
}

function keepsOtherDtypes(plugin: Precision, hook: Convert): void {
  for (const tensor of untouchables()) {
    const result = plugin[hook](tensor);
    expectThat(
      isTensor(result) && result.dtype === tensor.dtype && sameBits(result, tensor),
      () =>
        `${hook} changed a ${tensor.dtype} tensor${isTensor(result) ? ` to ${result.dtype}` : ""}; only real floating tensors may change. Test with isRealFloat.`,
    );
  }
}

function keepsIdentity(plugin: Precision, hook: Convert): void {
  const samples: Record<string, unknown> = {
    "an integer tensor": torch.arange(0, 3),
    "an array without floating tensors": [torch.arange(0, 3), "text", null],
    "an object without floating tensors": { ids: torch.arange(0, 3), size: 3 },
    "a Map without floating tensors": new Map([["ids", torch.arange(0, 3)]]),
    "a Set without floating tensors": new Set([torch.arange(0, 3)]),
    "a class instance": new (class Opaque {})(),
    undefined: undefined,
  };
  for (const [what, value] of Object.entries(samples))
    expectThat(
      plugin[hook](value) === value,
      `${hook} did not return the same object for ${what}. Return what did not change; mapTensors does.`,
    );
}

function keepsStructure(plugin: Precision, hook: Convert): void {
  const opaque = new Date(0);
  const ids = torch.arange(0, 3);
  const x = torch.randn([2, 3]);
  const given = {
    list: [x, ids, 7],
    map: new Map([["x", x]]),
    set: new Set([x]),
    opaque,
    none: null,
  };
  const got = plugin[hook](given);
  const floating = (value: unknown): boolean =>
    isTensor(value) && value.isFloatingPoint() && String(value.shape) === "2,3";
  const parts: Record<string, boolean> = {
    "an object": Object.keys(got).join() === Object.keys(given).join(),
    "an array": Array.isArray(got.list) && got.list.length === 3,
    "a floating tensor in an array": floating(got.list?.[0]),
    "an integer tensor in an array": got.list?.[1] === ids,
    "a number": got.list?.[2] === 7,
    "a Map": got.map instanceof Map && floating(got.map.get("x")),
    "a Set": got.set instanceof Set && floating([...got.set][0]),
    "a class instance": got.opaque === opaque,
    null: got.none === null,
  };
  const broken = Object.entries(parts).find(([, good]) => !good)?.[0];
  expectThat(broken === undefined, `${hook} lost ${broken} of a nested argument. Use mapTensors.`);
}

function keepsTheCallersTensor(plugin: Precision, hook: Convert): void {
  for (const dtype of ["float32", "float64"] as const) {
    const x = torch.randn([4, 4], { dtype });
    const copy = x.clone();
    plugin[hook]([x]);
    expectThat(
      x.dtype === dtype && torch.equal(x, copy),
      `${hook} changed the caller's ${dtype} tensor in place; make a new one.`,
    );
  }
}

export const inputGradient: Rule = {
  id: "input-gradient",
  title: "passes gradients through to inputs that require them",
  check(subject) {
    const { fabric, model } = makeRig(subject);
    const { x, ids } = batch(0, fabric.device);
    const input = x.requiresGrad_(true);
    fabric.backward(model.forward(input, ids).square().mean());
    const reached = input.grad?.ne(0).any().item<boolean>() ?? false;
    expectThat(
      reached,
      "an input that requires a gradient got none. Convert with operators that record the graph, such as tensor.to(dtype).",
    );
    expectThat(
      input.grad?.dtype === "float32",
      `the gradient of a float32 input is ${input.grad?.dtype}; expected float32.`,
    );
  },
};
