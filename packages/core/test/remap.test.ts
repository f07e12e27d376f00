import { Fabric, nn, optim, Precision, type Tensor, torch } from "@fabric/core";
import { describe, expect, it } from "vitest";
import { batch, Net, sgd, snapshot, thrown, warnings } from "./helpers.js";

/** Puts a new layer with the same weights in place of every Linear, as layer-replacing plugins do. */
class Replacing extends Precision {
  readonly precision = "replacing";
  override convertModule<M extends nn.Module>(module: M): M {
    return nn.replaceModules(module, (layer) =>
      layer instanceof nn.Linear ? copyOf(layer) : undefined,
    ) as M;
  }
}

function copyOf(layer: nn.Linear, trainable = true): nn.Linear {
  const copy = new nn.Linear(layer.inFeatures, layer.outFeatures, { bias: layer.bias !== null });
  copy.loadStateDict(layer.stateDict());
  return copy.requiresGrad_(trainable);
}

/** Freezes the weights of `fc1`, as quantisation does. */
class Freezing extends Precision {
  readonly precision = "freezing";
  override convertModule<M extends nn.Module>(module: M): M {
    return nn.replaceModules(module, (layer, path) =>
      layer instanceof nn.Linear && path === "fc1" ? copyOf(layer, false) : undefined,
    ) as M;
  }
}

function train(fabric: Fabric, model: Net, optimizers: optim.Optimizer[], steps = 10): number[] {
  const [x, y] = batch();
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    for (const optimizer of optimizers) optimizer.zeroGrad();
    const loss = nn.functional.mseLoss(model.forward(x), y);
    fabric.backward(loss);
    for (const optimizer of optimizers) optimizer.step();
    losses.push(loss.item());
  }
  return losses;
}

describe("an optimizer made before layers are replaced", () => {
  it("trains the new ones: the loss falls, and each replaced weight moves in the first step", () => {
    torch.manualSeed(0);
    const fabric = new Fabric({ plugins: new Replacing() });
    const net = new Net();
    const old = net.fc1.weight;
    const [model, optimizer] = fabric.setup(net, sgd(net));
    expect(model.fc1.weight).not.toBe(old);
    const before = snapshot(net);
    const losses = train(fabric, model, [optimizer], 1);
    for (const [name, parameter] of net.namedParameters())
      expect(torch.equal(parameter, before.get(name) as Tensor), name).toBe(false);
    losses.push(...train(fabric, model, [optimizer], 20));
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) * 0.9);
  });

  it("keeps groups and their options, and parameters of other models", () => {
    const fabric = new Fabric({ plugins: new Replacing() });
    const net = new Net();
    const other = new nn.Parameter(torch.ones([1]));
    const optimizer = new optim.SGD(
      [
        { params: [net.fc1.weight, net.fc1.bias as Tensor], lr: 0.5 },
        { params: [net.fc2.weight, other], lr: 0.25 },
      ],
      { lr: 0.1 },
    );
    fabric.setup(net, optimizer);
    expect(optimizer.paramGroups.map((group) => group.lr)).toEqual([0.5, 0.25]);
    expect(optimizer.paramGroups[0]?.params).toEqual([net.fc1.weight, net.fc1.bias]);
    expect(optimizer.paramGroups[1]?.params[0]).toBe(net.fc2.weight);
    expect(optimizer.paramGroups[1]?.params[1]).toBe(other);
  });

  it("moves the state of each parameter along", () => {
    const net = new Net();
    const adam = new optim.AdamW(net.parameters(), { lr: 1e-2 });
    nn.functional.mseLoss(net.forward(batch()[0]), batch()[1]).backward();
    adam.step();
    const momentum = adam.state.get(net.fc1.weight);
    const fabric = new Fabric({ plugins: new Replacing() });
    const [model, optimizer] = fabric.setup(net, adam);
    expect(adam.state.get(net.fc1.weight)).toBe(momentum);
    expect(adam.state.size).toBe(4);
    expect(train(fabric, model, [optimizer], 3)).toHaveLength(3);
  });

  it("maps each of several optimizers", () => {
    const fabric = new Fabric({ plugins: new Replacing() });
    const net = new Net();
    const [first, second] = [sgd(net.fc1), new optim.AdamW(net.fc2.parameters(), { lr: 1e-2 })];
    const [model, a, b] = fabric.setup(net, first, second);
    const before = snapshot(net);
    train(fabric, model, [a, b], 1);
    for (const [name, parameter] of net.namedParameters())
      expect(torch.equal(parameter, before.get(name) as Tensor), name).toBe(false);
  });

  it("maps a tied parameter once", () => {
    class Tied extends Net {
      copy = new nn.Linear(4, 8);
      constructor() {
        super();
        this.copy.weight = this.fc1.weight;
      }
    }
    class KeepingTie extends Precision {
      readonly precision = "tie";
      override convertModule<M extends nn.Module>(module: M): M {
        const tied = module as unknown as Tied;
        tied.fc1 = copyOf(tied.fc1);
        tied.copy = copyOf(tied.copy);
        tied.copy.weight = tied.fc1.weight;
        return module;
      }
    }
    const net = new Tied();
    const optimizer = sgd(net);
    new Fabric({ plugins: new KeepingTie() }).setup(net, optimizer);
    const params = optimizer.paramGroups[0]?.params ?? [];
    expect(params.filter((p) => p === net.fc1.weight)).toHaveLength(1);
    expect(params).toHaveLength(net.parameters().length);
  });

  it("drops a weight that can no longer be trained, with one warning that names it", async () => {
    const net = new Net();
    const optimizer = sgd(net);
    const seen = await warnings(() =>
      new Fabric({ plugins: new Freezing() }).setup(net, optimizer),
    );
    const dropped = seen.filter((line) => line.startsWith("FABRIC_USAGE_PARAMETER_DROPPED"));
    expect(dropped).toHaveLength(1);
    expect(dropped[0]).toContain("`fc1.weight`");
    expect(dropped[0]).toContain("`fc1.bias`");
    expect(optimizer.paramGroups[0]?.params).toEqual([net.fc2.weight, net.fc2.bias]);
  });

  it("keeps one that was frozen before", () => {
    const net = new Net();
    net.fc1.requiresGrad_(false);
    const optimizer = sgd(net);
    new Fabric({ plugins: new Freezing() }).setup(net, optimizer);
    expect(optimizer.paramGroups[0]?.params).toHaveLength(4);
  });

  it("throws if nothing is left to train", () => {
    const net = new Net();
    thrown("FABRIC_USAGE_EMPTY_OPTIMIZER", () =>
      new Fabric({ plugins: new Freezing() }).setup(net, sgd(net.fc1)),
    );
  });
});
