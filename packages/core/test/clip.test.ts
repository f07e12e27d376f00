import { Fabric, type nn, optim, Precision, type Tensor, torch } from "@fabric/core";
import { describe, expect, it } from "vitest";
import { testDevice } from "../../../tools/test-support/device.js";
import { Net, sgd, snapshot, thrown } from "./helpers.js";

/** Stands for a scaler: counts unscaling, and promises to skip steps with bad gradients. */
class Scaling extends Precision {
  readonly precision = "scaling";
  readonly unscaled: optim.Optimizer[] = [];
  override unscaleGradients(optimizer: optim.Optimizer): void {
    this.unscaled.push(optimizer);
  }
  override skipsNonfiniteSteps(): boolean {
    return true;
  }
}

/** A model whose gradients are all `value`. */
function withGradients(
  fabric: Fabric,
  value: number,
): { net: Net; model: Net; optimizer: optim.SGD } {
  const net = new Net();
  const [model, optimizer] = fabric.setup(net, sgd(net));
  for (const parameter of net.parameters())
    parameter.grad = torch.full([...parameter.shape], value);
  return { net, model, optimizer };
}

const gradientsOf = (net: Net): number[] =>
  net.parameters().flatMap((p) => [...(p.grad as Tensor).toTypedArray()].map(Number));

describe("clipGradients", () => {
  it("clips the norm over all parameters, and returns it as it was before", () => {
    const fabric = new Fabric({ accelerator: testDevice });
    const { net, model, optimizer } = withGradients(fabric, 2);
    const count = gradientsOf(net).length;
    const norm = fabric.clipGradients(model, optimizer, { maxNorm: 1 });
    expect(norm.shape).toEqual([]);
    // float32 sums of 58 equal numbers
    expect(norm.item()).toBeCloseTo(2 * Math.sqrt(count), 4);
    expect(Math.hypot(...gradientsOf(net))).toBeCloseTo(1, 5);
  });

  it("leaves gradients within the bound alone", () => {
    const fabric = new Fabric({ accelerator: testDevice });
    const { net, model, optimizer } = withGradients(fabric, 0.5);
    fabric.clipGradients(model, optimizer, { maxNorm: 1000 });
    expect(gradientsOf(net).every((g) => g === 0.5)).toBe(true);
  });

  it("takes other norms, Infinity among them", () => {
    const fabric = new Fabric({ accelerator: testDevice });
    const { net, model, optimizer } = withGradients(fabric, 2);
    expect(
      fabric
        .clipGradients(model, optimizer, { maxNorm: 1, normType: Number.POSITIVE_INFINITY })
        .item(),
    ).toBe(2);
    expect(Math.max(...gradientsOf(net))).toBeCloseTo(1, 5);
  });

  it("clips by value, and returns nothing", () => {
    const fabric = new Fabric({ accelerator: testDevice });
    const { net, model, optimizer } = withGradients(fabric, -3);
    expect(fabric.clipGradients(model, optimizer, { clipValue: 0.25 })).toBeUndefined();
    expect(gradientsOf(net).every((g) => g === -0.25)).toBe(true);
  });

  it("takes raw objects, and a list of parameters without an optimizer", () => {
    const fabric = new Fabric({ accelerator: testDevice });
    const { net, optimizer } = withGradients(fabric, 2);
    fabric.clipGradients(net, fabric.unwrap(optimizer), { maxNorm: 1 });
    expect(Math.hypot(...gradientsOf(net))).toBeCloseTo(1, 5);
    fabric.clipGradients(net, net.fc1.parameters(), { clipValue: 1e-3 });
    expect((net.fc1.weight.grad as Tensor).abs().max().item()).toBeCloseTo(1e-3, 8);
    expect((net.fc2.weight.grad as Tensor).abs().max().item()).toBeGreaterThan(1e-3);
  });

  it("refuses both bounds, none, unknown options, and what is no number", () => {
    const fabric = new Fabric({ accelerator: testDevice });
    const { model, optimizer } = withGradients(fabric, 1);
    const clip = (options: object): void =>
      void fabric.clipGradients(model, optimizer, options as { maxNorm: number });
    for (const options of [
      { clipValue: 1, maxNorm: 1 },
      {},
      { maxnorm: 1 },
      { maxNorm: "1" },
      { maxNorm: Number.NaN },
      { clipValue: -1 },
    ]) {
      thrown("FABRIC_CONFIG_CLIP", () => clip(options));
    }
  });

  it("throws at a gradient that is not finite, names it, and changes nothing", () => {
    const fabric = new Fabric({ accelerator: testDevice });
    const { net, model, optimizer } = withGradients(fabric, 1);
    net.fc2.weight.grad = torch.full([2, 8], Number.NaN);
    const error = thrown("FABRIC_USAGE_NONFINITE_GRADIENT", () =>
      fabric.clipGradients(model, optimizer, { maxNorm: 1 }),
    );
    expect(error.message).toContain("`fc2.weight`");
    expect((net.fc1.weight.grad as Tensor).max().item()).toBe(1);
  });

  it("goes on with errorIfNonfinite: false", () => {
    const fabric = new Fabric({ accelerator: testDevice });
    const { net, model, optimizer } = withGradients(fabric, 1);
    net.fc2.weight.grad = torch.full([2, 8], Number.POSITIVE_INFINITY);
    expect(
      fabric.clipGradients(model, optimizer, { maxNorm: 1, errorIfNonfinite: false }).item(),
    ).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("clipGradients under a scaler", () => {
  it("unscales first, and lets an overflow be skipped: the norm is returned, gradients stay", () => {
    const plugin = new Scaling();
    const fabric = new Fabric({ plugins: plugin });
    const { net, model, optimizer } = withGradients(fabric, 1);
    net.fc1.weight.grad = torch.full([8, 4], Number.POSITIVE_INFINITY);
    expect(fabric.clipGradients(model, optimizer, { maxNorm: 1 }).item()).toBe(
      Number.POSITIVE_INFINITY,
    );
    expect((net.fc2.weight.grad as Tensor).min().item()).toBe(1);
    expect(plugin.unscaled).toEqual([fabric.unwrap(optimizer)]);
  });

  it("throws there too if asked to explicitly", () => {
    const fabric = new Fabric({ plugins: new Scaling() });
    const { net, model, optimizer } = withGradients(fabric, 1);
    net.fc1.weight.grad = torch.full([8, 4], Number.NaN);
    thrown("FABRIC_USAGE_NONFINITE_GRADIENT", () =>
      fabric.clipGradients(model, optimizer, { maxNorm: 1, errorIfNonfinite: true }),
    );
  });

  it("unscales the optimizers that train the parameters of a list, and no others", () => {
    const plugin = new Scaling();
    const fabric = new Fabric({ plugins: plugin });
    const first = withGradients(fabric, 1);
    withGradients(fabric, 1);
    fabric.clipGradients(first.model, first.net.fc1.parameters(), { maxNorm: 1 });
    expect(plugin.unscaled).toEqual([fabric.unwrap(first.optimizer)]);
  });
});

it("reports the norm of each group without clipping", () => {
  const fabric = new Fabric({ accelerator: testDevice });
  const net = new Net();
  const [, optimizer] = fabric.setup(
    net,
    new optim.SGD([{ params: [net.fc1.bias as Tensor] }, { params: [net.fc2.bias as Tensor] }], {
      lr: 1,
    }),
  );
  (net.fc1.bias as nn.Parameter).grad = torch.ones([8]);
  (net.fc2.bias as nn.Parameter).grad = torch.full([2], 3);
  const before = snapshot(net);
  // sqrt(8) and sqrt(18) in float32
  expect(fabric.gradientNorms(optimizer).map((norm) => norm.item())).toEqual([
    expect.closeTo(Math.sqrt(8), 5),
    expect.closeTo(Math.sqrt(18), 5),
  ]);
  expect(before.size).toBe(4);
});
