// In which dtype everything is after a step.

import { isTensor, type Tensor, torch } from "@fabric/core";
import { batch } from "../network.js";
import { makeRig, type Rig, trainStep } from "../rig.js";
import { expectThat, type Rule } from "../rule.js";
import type { ExpectedDtypes, Subject } from "../subject.js";

/** Dtypes by place, as `"gradient up.weight"`. */
type Dtypes = Map<string, string>;

export const dtypeContract: Rule = {
  id: "dtypes",
  title: "keeps one dtype for each parameter, buffer, gradient, optimizer state and output",
  check(subject) {
    const first = afterSteps(subject, false, 1);
    keepsBuffers(first);
    floatsEverywhere(first);
    same(first, afterSteps(subject, false, 1), "a second, identical run");
    same(first, afterSteps(subject, false, 2), "two steps instead of one");
    same(first, afterSteps(subject, true, 1), "a model made inside fabric.initModule");
    asDeclared(first, subject.dtypes ?? {});
  },
};

function afterSteps(subject: Subject, initModule: boolean, steps: number): Dtypes {
  const rig = makeRig(subject, { initModule });
  for (let i = 0; i < steps; i++) trainStep(rig, i);
  return dtypesOf(rig);
}

function dtypesOf({ model, raw, fabric }: Rig): Dtypes {
  const found: Dtypes = new Map();
  const names = new Map<Tensor, string>();
  for (const [name, parameter] of model.namedParameters()) {
    names.set(parameter, name);
    found.set(`parameter ${name}`, parameter.dtype);
    const { grad } = parameter;
    if (grad !== null) found.set(`gradient ${name}`, grad.dtype);
  }
  for (const [name, buffer] of model.namedBuffers()) found.set(`buffer ${name}`, buffer.dtype);
  for (const [parameter, state] of raw.state)
    for (const [key, value] of Object.entries(state))
      if (isTensor(value))
        found.set(`optimizer state ${names.get(parameter) ?? "?"}.${key}`, value.dtype);
  torch.scope(() => {
    const { x, ids } = batch(0, fabric.device);
    found.set("output", model.forward(x, ids).dtype);
  });
  return found;
}

function keepsBuffers(found: Dtypes): void {
  for (const [name, dtype] of [
    ["steps", "int64"],
    ["mask", "bool"],
  ] as const)
    expectThat(
      found.get(`buffer ${name}`) === dtype,
      `the ${dtype} buffer \`${name}\` is ${found.get(`buffer ${name}`)} after setup; only real floating tensors may change.`,
    );
}

function floatsEverywhere(found: Dtypes): void {
  const output = found.get("output") ?? "";
  expectThat(/^b?float(16|32|64)$/.test(output), `forward returned ${output}; expected a float.`);
}

function same(a: Dtypes, b: Dtypes, what: string): void {
  for (const place of new Set([...a.keys(), ...b.keys()]))
    expectThat(
      a.get(place) === b.get(place),
      `${place} is ${a.get(place) ?? "absent"}, but ${b.get(place) ?? "absent"} with ${what}.`,
    );
}

function asDeclared(found: Dtypes, expected: ExpectedDtypes): void {
  const kinds: Record<string, string | undefined> = {
    parameter: expected.parameters,
    buffer: expected.buffers,
    gradient: expected.gradients,
    "optimizer state": expected.optimizerState,
    output: expected.output,
  };
  for (const [place, dtype] of found) {
    const kind = Object.keys(kinds).find((name) => place.startsWith(name)) ?? "";
    const wanted = kinds[kind];
    // Counters and masks are no floats; a step count is float32 by PyTorch's convention.
    if (wanted === undefined || !/float/.test(dtype) || place.endsWith(".step")) continue;
    expectThat(dtype === wanted, `${place} is ${dtype}; the author declared ${wanted}.`);
  }
}
