// A plugin at work: a Fabric, the network, an optimizer, and training steps of known content.

import {
  functional as F,
  Fabric,
  type FabricModule,
  type FabricOptimizer,
  optim,
  type Precision,
  type PrecisionEnvironment,
  type Tensor,
  torch,
} from "@fabric/core";
import { batch, type KitNet, makeNet } from "./network.js";
import type { Subject } from "./subject.js";

/** Makes an optimizer of parameters. */
export type MakeOptimizer = (params: Tensor[]) => optim.Optimizer;

/**
 * AdamW with a rate that trains the network in a few dozen steps. In float16 the default of `eps` is 0, and so are squares of small gradients:
 * their steps would be endless.
 */
export const adamw: MakeOptimizer = (params) => new optim.AdamW(params, { lr: 1e-2, eps: 1e-4 });
/** Plain gradient descent with momentum. */
export const sgd: MakeOptimizer = (params) => new optim.SGD(params, { lr: 0.05, momentum: 0.9 });

/** Everything that one training run holds. */
export interface Rig {
  readonly plugin: Precision;
  readonly fabric: Fabric;
  /** The network as it was made; a plugin may have returned another one. */
  readonly net: KitNet;
  readonly model: FabricModule<KitNet> & KitNet;
  readonly optimizer: FabricOptimizer & optim.Optimizer;
  /** The optimizer without Fabric's wrapper. */
  readonly raw: optim.Optimizer;
}

/** Choices of {@link makeRig}. */
export interface RigOptions {
  plugin?: Precision;
  seed?: number;
  make?: MakeOptimizer;
  /** Make the network inside `fabric.initModule`. */
  initModule?: boolean;
  /** Called with the plugin before Fabric sees it. */
  prepare?: (plugin: Precision) => void;
}

/** Where the rules run. */
export function environmentOf(subject: Subject): PrecisionEnvironment {
  const family = subject.device ?? "cpu";
  return { accelerator: family, device: family === "cuda" ? "cuda:0" : "cpu" };
}

/** A new plugin object. */
export function makePlugin(subject: Subject): Precision {
  return subject.create(environmentOf(subject));
}

/** A Fabric with this plugin on the subject's device. */
export function makeFabric(subject: Subject, plugin: Precision): Fabric {
  return new Fabric({
    accelerator: environmentOf(subject).accelerator as "cpu" | "cuda",
    devices: 1,
    plugins: [plugin],
  });
}

/** Sets a network and an optimizer up, the optimizer made before `setup` as users do. */
export function makeRig(subject: Subject, options: RigOptions = {}): Rig {
  const plugin = options.plugin ?? makePlugin(subject);
  options.prepare?.(plugin);
  const fabric = makeFabric(subject, plugin);
  const build = (): KitNet => makeNet(options.seed);
  const net = options.initModule === true ? fabric.initModule(build) : build();
  const raw = (options.make ?? adamw)(net.parameters());
  const [model, optimizer] = fabric.setup(net, raw);
  return { plugin, fabric, net, model, optimizer, raw };
}

/** Loss of the batch number `index` under the rig's model: a scalar with a graph. */
export function lossOf({ model, fabric }: Rig, index: number): Tensor {
  const { x, ids, y } = batch(index, fabric.device);
  return F.mseLoss(model.forward(x, ids), y);
}

/** One training step with the batch number `index`; temporaries are freed. Returns the loss. */
export function trainStep(
  rig: Rig,
  index: number,
  { clip = false }: { clip?: boolean } = {},
): number {
  return torch.scope(() => {
    const { fabric, model, optimizer } = rig;
    optimizer.zeroGrad();
    const loss = lossOf(rig, index);
    fabric.backward(loss);
    if (clip) fabric.clipGradients(model, optimizer, { maxNorm: 1 });
    optimizer.step();
    return loss.item();
  });
}

/** Steps `from` to `to - 1`; the losses. */
export function train(rig: Rig, from: number, to: number, options?: { clip?: boolean }): number[] {
  const losses: number[] = [];
  for (let index = from; index < to; index++) losses.push(trainStep(rig, index, options));
  return losses;
}
