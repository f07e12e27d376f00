// The steps of `fabric.setup`, in their fixed order.

import { checkOptions } from "@fabric/torch";
import { isPlainObject } from "./collections.js";
import { warnOnce } from "./messages.js";
import { overridesConversion } from "./precision.js";
import { remapOptimizers, snapshotParameters } from "./remap.js";
import type { Strategy } from "./strategy/strategy.js";
import { type Device, FabricError, nn, optim } from "./torch.js";
import { type FabricModule, wrapModule } from "./wrappers/fabric-module.js";
import {
  type AfterStep,
  type FabricOptimizer,
  wrapOptimizer,
} from "./wrappers/fabric-optimizer.js";
import { isWrapped } from "./wrappers/wrapped.js";

/** Options of `setup` and `setupModule`. */
export interface SetupOptions {
  /** Move the module to Fabric's device; default true. */
  moveToDevice?: boolean | undefined;
}

/** A module after set-up. */
export type SetupModule<M extends nn.Module> = FabricModule<M> & M;

/** Optimizers after set-up, each with the members of its own class. */
export type SetupOptimizers<O extends readonly optim.Optimizer[]> = {
  -readonly [K in keyof O]: FabricOptimizer<O[K]> & O[K];
};

/** Splits `(...optimizers, options?)`; the options are the one plain object, and stand last. @throws FabricError `FABRIC_CONFIG_OPTION`. @internal */
export function splitOptions(
  owner: string,
  args: readonly unknown[],
  known: readonly string[],
): { objects: unknown[]; options: Record<string, unknown> } {
  const last = args[args.length - 1];
  if (!isPlainObject(last)) return { objects: [...args], options: {} };
  checkOptions(owner, last, known);
  return { objects: args.slice(0, -1), options: last };
}

/** Step 1: nothing is wrapped twice, and everything is what it should be. @internal */
export function checkModule(module: unknown): asserts module is nn.Module {
  if (isWrapped(module)) {
    throw new FabricError(
      "FABRIC_USAGE_ALREADY_WRAPPED",
      "The module was set up already. Pass the original module, once; set up its optimizers in the same call or with setupOptimizers.",
    );
  }
  if (!(module instanceof nn.Module)) {
    throw new FabricError(
      "FABRIC_USAGE_NOT_MODULE",
      `Expected an nn.Module as the first argument but received ${describe(module)}.`,
    );
  }
}

/** Step 1 for optimizers. @internal */
export function checkOptimizers(
  optimizers: readonly unknown[],
): asserts optimizers is readonly optim.Optimizer[] {
  for (const optimizer of optimizers) {
    if (isWrapped(optimizer)) {
      throw new FabricError(
        "FABRIC_USAGE_ALREADY_WRAPPED",
        "An optimizer was set up already. Pass the original optimizer, once.",
      );
    }
    if (!(optimizer instanceof optim.Optimizer)) {
      throw new FabricError(
        "FABRIC_USAGE_NOT_OPTIMIZER",
        `Expected an optimizer but received ${describe(optimizer)}. Options go last, as one plain object.`,
      );
    }
  }
}

/** What set-up needs of its Fabric. @internal */
export interface SetupContext {
  readonly strategy: Strategy;
  readonly device: Device;
  readonly afterStep: AfterStep;
}

/** Steps 2 to 7: convert, move, remap, let the strategy wrap, wrap. @internal */
export function setupModuleAndOptimizers<M extends nn.Module>(
  context: SetupContext,
  module: M,
  optimizers: readonly optim.Optimizer[],
  moveToDevice: boolean,
): { model: SetupModule<M>; original: M; optimizers: FabricOptimizer[]; raw: optim.Optimizer[] } {
  const { strategy, device } = context;
  const { precision } = strategy;
  const before =
    optimizers.length > 0 && overridesConversion(precision) ? snapshotParameters(module) : null;
  const original = precision.convertModule(module);
  const staysMeta =
    strategy.shardsParameters && original.parameters().some(({ device }) => device === "meta");
  if (moveToDevice && !staysMeta) moveModule(original, context);
  // After the move, because a plugin may quantise, and so freeze, a weight when it reaches the device.
  if (before !== null) remapOptimizers(before, original, optimizers);
  if (optimizers.length > 0 && precision.precision === "16-true") {
    warnOnce(
      "FABRIC_CONFIG_HALF_TRAINING",
      '"16-true" trains float16 weights without a loss scaler, so small gradients vanish. "16-mixed" is what usually is meant, "bf16-true" what usually works.',
    );
  }
  const wrapped =
    optimizers.length > 0
      ? strategy.setupModuleAndOptimizers(original, optimizers)
      : { module: strategy.setupModule(original), optimizers: [] };
  const own = moveToDevice ? device : (original.parameters()[0]?.device ?? "cpu");
  const model = wrapModule(wrapped.module, strategy, original, own);
  const wrappers = wrapped.optimizers.map((optimizer) =>
    wrapOptimizer(optimizer, strategy, context.afterStep),
  );
  return { model, original, optimizers: wrappers, raw: wrapped.optimizers };
}

function moveModule(module: nn.Module, { strategy, device }: SetupContext): void {
  const places = new Map<Device, string>();
  let count = 0;
  let first: Device | null = null;
  for (const [name, parameter] of module.namedParameters()) {
    const place = parameter.device;
    first ??= place;
    if (place !== first) count++;
    if (!places.has(place)) places.set(place, name);
  }
  if (places.size > 1) {
    const examples = [...places].map(([place, name]) => `\`${name}\` on ${place}`).join(", ");
    warnOnce(
      "FABRIC_USAGE_MIXED_DEVICES",
      `The module's parameters are on ${places.size} devices (${examples}; ${count} away from the first). All are moved to ${device}; pass { moveToDevice: false } to leave them.`,
    );
  }
  strategy.accelerator?.setupDevice?.(device);
  module.to(device);
}

/** Refuses optimizers that cannot be set up apart from their module. @internal */
export function checkSeparateOptimizers(
  optimizers: readonly optim.Optimizer[],
  strategy: Strategy,
): void {
  if (optimizers.length === 0)
    throw new FabricError(
      "FABRIC_USAGE_NO_OPTIMIZER",
      "setupOptimizers needs at least one optimizer.",
    );
  if (strategy.requiresJointSetup) {
    throw new FabricError(
      "FABRIC_USAGE_JOINT_SETUP",
      `The strategy "${strategy.name}" sets up a module and its optimizers together. Call fabric.setup(module, optimizer).`,
    );
  }
  checkNoMeta(optimizers);
}

/** @throws FabricError `FABRIC_USAGE_META_PARAMETERS`. @internal */
export function checkNoMeta(optimizers: readonly optim.Optimizer[]): void {
  for (const optimizer of optimizers) {
    if (
      !optimizer.paramGroups.some((group) =>
        [...group.params].some((parameter) => parameter.device === "meta"),
      )
    )
      continue;
    throw new FabricError(
      "FABRIC_USAGE_META_PARAMETERS",
      `The optimizer ${optimizer.constructor.name} holds parameters on the meta device. Set up the module first, then make the optimizer.`,
    );
  }
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "object")
    return isPlainObject(value) ? "a plain object" : (value.constructor?.name ?? "an object");
  return typeof value === "function"
    ? `the class or function ${value.name}; pass an instance`
    : typeof value;
}
