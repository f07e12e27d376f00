// Does it train.

import { functional as F, optim, type Tensor, torch } from "@fabric/core";
import { difference, relativeError, weightsOf } from "../compare.js";
import { batch, makeNet } from "../network.js";
import { adamw, lossOf, makeFabric, makePlugin, makeRig, sgd, train } from "../rig.js";
import { expectThat, type Rule } from "../rule.js";
import { toleranceOf } from "./accuracy.js";

const STEPS = 60;
const LAST = 10;

export const trains: Rule = {
  id: "trains",
  title: "lets the loss fall and moves every trainable weight, the optimizer made before setup",
  check(subject) {
    const rig = makeRig(subject);
    const before = weightsOf(rig.model);
    expectFalling(train(rig, 0, STEPS));
    expectMoved(rig.model.namedParameters(), before);
    const held = new Set<Tensor>(rig.raw.paramGroups.flatMap(({ params }) => [...params]));
    for (const [name, parameter] of rig.model.namedParameters())
      expectThat(
        !parameter.requiresGrad || held.has(parameter),
        `the optimizer does not hold \`${name}\`; names of parameters must survive convertModule, so that Fabric can hand new ones over.`,
      );
  },
};

export const trainsSeparately: Rule = {
  id: "trains-separately",
  title: "trains with the optimizer made after setupModule, too",
  check(subject) {
    const plugin = makePlugin(subject);
    const fabric = makeFabric(subject, plugin);
    const net = makeNet();
    const model = fabric.setupModule(net);
    const raw = adamw(model.parameters().filter((p) => p.requiresGrad));
    const optimizer = fabric.setupOptimizers(raw);
    const rig = { plugin, fabric, net, model, optimizer, raw };
    const before = weightsOf(model);
    expectFalling(train(rig, 0, STEPS));
    expectMoved(model.namedParameters(), before);
  },
};

function expectFalling(losses: readonly number[]): void {
  const mean = (part: readonly number[]): number => part.reduce((a, b) => a + b, 0) / part.length;
  const first = mean(losses.slice(0, 3));
  const last = mean(losses.slice(-LAST));
  expectThat(
    last < 0.7 * first,
    `the loss went from ${first.toPrecision(4)} to ${last.toPrecision(4)} in ${losses.length} steps of AdamW; expected a fall by 30 % at least.`,
  );
}

function expectMoved(
  parameters: readonly [string, Tensor][],
  before: ReadonlyMap<string, Tensor>,
): void {
  const trained = parameters.filter(([, parameter]) => parameter.requiresGrad);
  expectThat(trained.length > 0, "no parameter requires a gradient after setup.");
  for (const [name, parameter] of trained) {
    const old = before.get(name);
    expectThat(
      old === undefined || !torch.equal(old, parameter),
      `\`${name}\` never moved. Either its gradient is lost, or the optimizer steps on something else.`,
    );
    expectThat(
      parameter.isfinite().all().item<boolean>(),
      `\`${name}\` is inf or nan after training.`,
    );
  }
}

export const closure: Rule = {
  id: "closure",
  title: "runs the closure of a step with gradients on, and returns its loss",
  check(subject) {
    const rig = makeRig(subject, { make: sgd });
    const before = weightsOf(rig.model);
    let calls = 0;
    let graph = false;
    const returned = rig.optimizer.step(() => {
      calls++;
      graph = torch.isGradEnabled();
      rig.optimizer.zeroGrad();
      const loss = lossOf(rig, 0);
      rig.fabric.backward(loss);
      return loss.item();
    });
    expectThat(calls === 1, `the closure of an SGD step ran ${calls} times; expected once.`);
    expectThat(graph, "the closure ran without recording the graph; run it in enableGrad.");
    expectThat(
      typeof returned === "number",
      `step(closure) returned ${String(returned)}; expected what the closure returned.`,
    );
    expectThat(
      difference(before, weightsOf(rig.model)) !== null,
      "a step with a closure moved no weight.",
    );
  },
};

export const noGradFirst: Rule = {
  id: "no-grad-first",
  title: "gives gradients after a noGrad forward in the same context",
  check(subject) {
    const rig = makeRig(subject, { make: sgd });
    rig.fabric.autocast(() => {
      const { x, ids, y } = batch(0, rig.fabric.device);
      const quiet = torch.noGrad(() => rig.model.forward(x, ids));
      expectThat(!quiet.requiresGrad, "forward inside noGrad recorded a graph.");
      const out = rig.model.forward(x, ids);
      expectThat(out.requiresGrad, "forward after a noGrad forward recorded no graph.");
      rig.fabric.backward(F.mseLoss(out.float(), y));
    });
    for (const [name, parameter] of rig.model.namedParameters())
      expectThat(
        !parameter.requiresGrad || parameter.grad !== null,
        `\`${name}\` got no gradient: a cached copy without a graph was used again.`,
      );
  },
};

export const twoOptimizers: Rule = {
  id: "two-optimizers",
  title: "steps two optimizers after one backward pass as it steps one",
  check(subject) {
    const one = makeRig(subject, { make: sgd });
    train(one, 0, 3, { clip: false });
    const plugin = makePlugin(subject);
    const fabric = makeFabric(subject, plugin);
    const net = makeNet();
    const all = net.parameters();
    const halves = [all.slice(0, 3), all.slice(3)] as const;
    const options = { lr: 0.05, momentum: 0.9 };
    const [model, first, second] = fabric.setup(
      net,
      new optim.SGD(halves[0], options),
      new optim.SGD(halves[1], options),
    );
    for (let i = 0; i < 3; i++) {
      torch.scope(() => {
        first.zeroGrad();
        second.zeroGrad();
        const { x, ids, y } = batch(i, fabric.device);
        fabric.backward(F.mseLoss(model.forward(x, ids), y));
        first.step();
        second.step();
      });
    }
    const wanted = new Map(one.model.namedParameters());
    const pairs = model.namedParameters().flatMap(([name, p]): [Tensor, Tensor][] => {
      const other = wanted.get(name);
      return other === undefined || !p.isFloatingPoint() ? [] : [[p, other]];
    });
    const error = relativeError(pairs);
    const tolerance = toleranceOf(subject, "gradient", model);
    expectThat(
      error <= tolerance,
      `three steps with the parameters in two optimizers end ${error.toPrecision(3)} away from those with one optimizer; the tolerance is ${tolerance}.`,
    );
  },
};
