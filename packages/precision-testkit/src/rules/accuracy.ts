// How far results are from float64.

import { functional as F, type Tensor, torch } from "@fabric/core";
import { relativeError } from "../compare.js";
import { batch, type KitNet, makeNet } from "../network.js";
import { lossOf, makeRig, type Rig, sgd } from "../rig.js";
import { expectThat, type Rule } from "../rule.js";
import type { Subject, Tolerance } from "../subject.js";

/** Defaults by the coarsest dtype in use, coarsest first. float64's outputs usually are float32. */
const TOLERANCES = [
  ["bfloat16", 5e-2],
  ["float16", 1e-2],
  ["float32", 1e-5],
  ["float64", 1e-5],
] as const;

/** The tolerance that the author stated, or the default for the dtypes that a forward pass met. */
export function toleranceOf(subject: Subject, kind: keyof Tolerance, net: KitNet): number {
  const stated = subject.tolerance?.[kind];
  if (stated !== undefined) return stated;
  const met = new Set<string>([
    net.met?.linear ?? "float32",
    net.met?.input ?? "float32",
    ...net.parameters().map(({ dtype }) => dtype),
  ]);
  return TOLERANCES.find(([dtype]) => met.has(dtype))?.[1] ?? 5e-2;
}

/** A network with the same initial weights in float64, without Fabric, its loss and gradients computed. */
export function exactRun(): { net: KitNet; output: Tensor; loss: Tensor } {
  const net = makeNet();
  net.to("float64");
  const { x, ids, y } = batch(0, "cpu");
  const output = net.forward(x.double(), ids);
  const loss = F.mseLoss(output, y.double());
  loss.backward();
  return { net, output, loss };
}

/** Pairs of gradients by name, of parameters that both have. */
export function gradientPairs(rig: Rig, exact: KitNet): [Tensor, Tensor][] {
  const wanted = new Map(exact.namedParameters());
  const pairs: [Tensor, Tensor][] = [];
  for (const [name, parameter] of rig.model.namedParameters()) {
    const right = wanted.get(name)?.grad ?? null;
    if (parameter.grad !== null && right !== null) pairs.push([parameter.grad, right]);
  }
  return pairs;
}

const percent = (error: number): string => error.toPrecision(3);

export const forwardAccuracy: Rule = {
  id: "forward-accuracy",
  title: "computes what float64 computes, within the tolerance of the forward pass",
  check(subject) {
    const exact = exactRun();
    const { fabric, model } = makeRig(subject);
    const { x, ids } = batch(0, fabric.device);
    const error = relativeError([[model.forward(x, ids), exact.output]]);
    const tolerance = toleranceOf(subject, "forward", model);
    expectThat(
      error <= tolerance,
      `forward is off by ${percent(error)} relative to float64; the tolerance is ${tolerance}. If that is this precision's nature, state tolerance: { forward }.`,
    );
  },
};

export const gradientAccuracy: Rule = {
  id: "gradient-accuracy",
  title: "computes gradients of true size, within the tolerance against float64",
  check(subject) {
    const exact = exactRun();
    const rig = makeRig(subject, { make: sgd });
    rig.fabric.backward(lossOf(rig, 0));
    // Takes a loss scale out; the bound is too high to clip.
    rig.fabric.clipGradients(rig.model, rig.optimizer, { maxNorm: 1e30 });
    const pairs = gradientPairs(rig, exact.net);
    expectThat(pairs.length > 0, "no parameter has a gradient after fabric.backward.");
    const error = relativeError(pairs);
    const tolerance = toleranceOf(subject, "gradient", rig.model);
    expectThat(
      error <= tolerance,
      `gradients are off by ${percent(error)} relative to float64; the tolerance is ${tolerance}. A loss scale must be taken out in unscaleGradients; if the rest is this precision's nature, state tolerance: { gradient }.`,
    );
  },
};

export const clipping: Rule = {
  id: "clipping",
  title: "clips gradients of true size, and unscaling twice changes nothing",
  check(subject) {
    const exact = exactRun();
    const rig = makeRig(subject, { make: sgd });
    rig.fabric.backward(lossOf(rig, 0));
    const options = { maxNorm: 1e30 };
    const norm = rig.fabric.clipGradients(rig.model, rig.optimizer, options).item<number>();
    const wanted = Math.sqrt(
      gradientPairs(rig, exact.net).reduce(
        (sum, [, g]) => sum + g.square().sum().item<number>(),
        0,
      ),
    );
    const tolerance = 2 * toleranceOf(subject, "gradient", rig.model);
    near(norm, wanted, tolerance, "clipGradients returned the norm");
    const again = rig.fabric.clipGradients(rig.model, rig.optimizer, options).item<number>();
    near(again, norm, 1e-3, "a second clipGradients in the same step returned the norm");
    rig.fabric.clipGradients(rig.model, rig.optimizer, { maxNorm: wanted / 4 });
    const clipped = rig.plugin
      .mainParams(rig.raw)
      .flatMap(({ grad }) => (grad === null ? [] : [grad.double().square().sum().item<number>()]));
    const after = Math.sqrt(clipped.reduce((sum, square) => sum + square, 0));
    near(after, wanted / 4, 0.02, "the gradients of mainParams after clipping have the norm");
  },
};

function near(value: number, wanted: number, tolerance: number, what: string): void {
  expectThat(
    Math.abs(value - wanted) <= tolerance * wanted,
    `${what} ${value.toPrecision(4)}; expected ${wanted.toPrecision(4)} within ${tolerance}.`,
  );
}

export const accumulation: Rule = {
  id: "accumulation",
  title: "adds up the gradients of two backward passes",
  check(subject) {
    const once = makeRig(subject, { make: sgd });
    once.fabric.backward(lossOf(once, 0));
    once.fabric.clipGradients(once.model, once.optimizer, { maxNorm: 1e30 });
    const twice = makeRig(subject, { make: sgd });
    for (let i = 0; i < 2; i++) torch.scope(() => twice.fabric.backward(lossOf(twice, 0).mul(0.5)));
    twice.fabric.clipGradients(twice.model, twice.optimizer, { maxNorm: 1e30 });
    const error = relativeError(gradientPairs(twice, once.net));
    const tolerance = toleranceOf(subject, "gradient", once.model);
    expectThat(
      error <= tolerance,
      `two backward passes of half the loss give gradients that differ by ${percent(error)} from one pass; the tolerance is ${tolerance}.`,
    );
  },
};
