// What convertModule may do to a module.

import { functional as F, nn, optim, type Tensor, torch } from "@fabric/core";
import { difference, flatten } from "../compare.js";
import { batch, makeNet, TiedNet } from "../network.js";
import { makeFabric, makePlugin } from "../rig.js";
import { expectThat, type Rule } from "../rule.js";

export const convertTwice: Rule = {
  id: "convert-twice",
  title: "convertModule returns a module, and twice is the same as once",
  check(subject) {
    const plugin = makePlugin(subject);
    const once = plugin.convertModule(makeNet());
    expectModule(once, "a network");
    expectModule(makePlugin(subject).convertModule(new nn.Linear(16, 16)), "a single linear layer");
    const before = outline(once);
    const values = flatten(once.stateDict());
    const twice = plugin.convertModule(once);
    const after = outline(twice);
    expectThat(
      after === before,
      () => `a second convertModule changed the module from\n${before}\nto\n${after}`,
    );
    const changed = difference(values, flatten(twice.stateDict()));
    expectThat(changed === null, `a second convertModule changed values: ${changed}.`);
  },
};

function expectModule(value: unknown, what: string): void {
  expectThat(
    value instanceof nn.Module,
    `convertModule returned ${value === undefined ? "nothing" : typeof value} for ${what}; return the module, or the one to use in its place.`,
  );
}

/** Classes of modules and dtypes of their tensors, a line each. */
function outline(module: nn.Module): string {
  const layers = module.namedModules().map(([name, m]) => `${name}: ${m.constructor.name}`);
  const tensors = [...module.namedParameters(), ...module.namedBuffers()].map(
    ([name, tensor]) => `${name}: ${tensor.dtype}${tensor.requiresGrad ? ", trained" : ""}`,
  );
  return [...layers, ...tensors].join("\n");
}

export const parameterNames: Rule = {
  id: "parameter-names",
  title: "keeps the names of parameters and buffers",
  check(subject) {
    const names = (module: nn.Module): string => Object.keys(module.stateDict()).sort().join(", ");
    const missing = (from: string, other: string): string =>
      from
        .split(", ")
        .filter((name) => !other.split(", ").includes(name))
        .join(", ");
    const net = makeNet();
    const before = names(net);
    const converted = makePlugin(subject).convertModule(net);
    const after = names(converted);
    const lost = missing(before, after);
    expectThat(
      lost === "",
      `convertModule lost ${lost}; checkpoints and optimizers find tensors by name. It has ${after}.`,
    );
  },
};

export const tiedParameters: Rule = {
  id: "tied-parameters",
  title: "leaves tied parameters tied, through conversion and a step",
  check(subject) {
    const fabric = makeFabric(subject, makePlugin(subject));
    torch.manualSeed(1);
    const net = new TiedNet();
    const sgd = new optim.SGD(net.parameters(), { lr: 0.1 });
    const [model, optimizer] = fabric.setup(net, sgd);
    const tied = (): boolean => model.head.weight === model.embed.weight;
    expectThat(tied(), "two layers shared a weight before setup and do not after it.");
    torch.scope(() => {
      const { ids } = batch(0, fabric.device);
      fabric.backward(F.crossEntropy(model.forward(ids), ids));
      optimizer.step();
    });
    expectThat(tied(), "a training step untied a shared weight.");
    const held = new Set<Tensor>(sgd.paramGroups.flatMap(({ params }) => [...params]));
    const trained = new Set<Tensor>(model.parameters().filter((p) => p.requiresGrad));
    expectThat(
      [...trained].every((p) => held.has(p)),
      "the optimizer made before setup does not hold every trained parameter of the converted module.",
    );
  },
};
