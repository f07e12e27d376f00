// Puts quantised layers in the place of a model's linear layers.
import { infoOnce } from "@fabric/core";
import { FabricError, nn } from "@fabric/torch";
import type { IgnoreModules } from "./ignore-modules.js";
import { Linear4bit, Linear8bitLt } from "./nn/index.js";
import { isInt8Params } from "./nn/int8-params.js";
import { isParams4bit } from "./nn/params4bit.js";

/** A linear layer with a quantised weight. */
export type QuantizedLinear = Linear4bit | Linear8bitLt;

/** Whether a module is one. */
export function isQuantizedLinear(module: nn.Module): module is QuantizedLinear {
  return module instanceof Linear4bit || module instanceof Linear8bitLt;
}

/** Those of a model. */
export function quantizedLinears(model: nn.Module): QuantizedLinear[] {
  return model.modules().filter(isQuantizedLinear);
}

/**
 * Replaces each linear layer by what `make` returns, but those that are ignored, and those whose weight is tied to something that stays.
 * Nothing is copied: weights are shared until they are quantised.
 *
 * @throws FabricError `FABRIC_CONFIG_NO_LINEAR` if there is no linear layer, or none that is not spared.
 */
export function replaceLinears(
  model: nn.Module,
  ignored: IgnoreModules,
  make: (linear: nn.Linear) => QuantizedLinear,
): nn.Module {
  const linears = model
    .namedModules({ removeDuplicate: false })
    .filter((entry): entry is [string, nn.Linear] => entry[1] instanceof nn.Linear);
  if (linears.length === 0) {
    throw new FabricError(
      "FABRIC_CONFIG_NO_LINEAR",
      `${model.constructor.name} has no nn.Linear, so nothing would be quantised. Quantise a model that has some, or choose another precision.`,
    );
  }
  const spared = ignored.select(linears);
  const chosen = new Set(
    linears.filter(([name]) => !spared.has(name)).map(([, module]) => module as nn.Module),
  );
  for (const [name, module] of linears) if (spared.has(name)) chosen.delete(module);
  spareOthers(model, linears, chosen);
  spareTied(model, linears, chosen);
  if (chosen.size === 0) {
    throw new FabricError(
      "FABRIC_CONFIG_NO_LINEAR",
      `All ${linears.length} linear layers of ${model.constructor.name} are spared by \`ignoreModules\` or by ties, so nothing would be quantised. Spare fewer.`,
    );
  }
  const weights = new Map<nn.Parameter, nn.Parameter>();
  return nn.replaceModules(model, (module) => {
    if (!chosen.has(module)) return undefined;
    const linear = module as nn.Linear;
    const layer = make(linear);
    // Two layers with one weight go on having one.
    const known = weights.get(linear.weight);
    if (known === undefined) weights.set(linear.weight, layer.weight);
    else (layer as nn.Linear).weight = known;
    return layer;
  });
}

/** Takes out layers whose weight another module reads, and layers with a forward of their own: what replaces them would not be called, or do less. */
function spareOthers(
  model: nn.Module,
  linears: readonly [string, nn.Linear][],
  chosen: Set<nn.Module>,
): void {
  for (const [name, module] of linears) {
    const parent = name.includes(".") ? name.slice(0, name.lastIndexOf(".")) : "";
    if (name !== "" && model.getSubmodule(parent) instanceof nn.MultiheadAttention) {
      if (chosen.delete(module))
        infoOnce(`\`${name}\` is not quantised: nn.MultiheadAttention reads its weight as floats.`);
    } else if (module.forward !== nn.Linear.prototype.forward) {
      if (chosen.delete(module))
        infoOnce(
          `\`${name === "" ? "(model)" : name}\` is not quantised: ${module.constructor.name} has a forward of its own, which a quantised layer would not call.`,
        );
    }
  }
}

/**
 * Turns layers that were made quantised, and whose weight then became something else's, into linear layers: a head that is tied to an embedding
 * inside `fabric.initModule`.
 */
export function restoreTied(model: nn.Module): nn.Module {
  return nn.replaceModules(model, (module) => {
    if (!isQuantizedLinear(module)) return undefined;
    const { weight, bias, inFeatures, outFeatures, training } = module;
    const isTrained = module instanceof Linear8bitLt && module.hasFp16Weights;
    if (isTrained || isParams4bit(weight) || isInt8Params(weight)) return undefined;
    const [name = "(model)"] =
      model.namedModules().find(([, candidate]) => candidate === module) ?? [];
    infoOnce(`\`${name}\` is not quantised: its weight was replaced by one that is not.`);
    const linear = new nn.Linear(inFeatures, outFeatures, { bias: false, device: "meta" });
    linear.weight = weight;
    linear.bias = bias;
    linear.training = training;
    return linear;
  });
}

/** Takes out layers whose weight is also something that is not quantised: packing it would cut the tie. */
function spareTied(
  model: nn.Module,
  linears: readonly [string, nn.Linear][],
  chosen: Set<nn.Module>,
): void {
  const own = new Set(
    linears
      .filter(([, module]) => chosen.has(module))
      .map(([name]) => (name === "" ? "weight" : `${name}.weight`)),
  );
  const elsewhere = new Map<nn.Parameter, string>();
  for (const [name, parameter] of model.namedParameters({ removeDuplicate: false }))
    if (!own.has(name)) elsewhere.set(parameter, name);
  for (const [name, module] of linears) {
    const tie = elsewhere.get(module.weight);
    if (tie === undefined || !chosen.delete(module)) continue;
    infoOnce(
      `\`${name}\` is not quantised: its weight is tied to \`${tie}\`, which stays as it is.`,
    );
  }
}
