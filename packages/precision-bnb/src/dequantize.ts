// Back to float weights.
import { type DType, nn, noGrad, type Tensor } from "@fabric/torch";
import { dequantize4bit, QuantState } from "./functional/index.js";
import { Linear4bit } from "./nn/index.js";

/**
 * Replaces every 4-bit layer by an `nn.Linear` with its dequantised weight, for example to merge adapters.
 *
 * @param dtype - of the weights; default the one that each layer recorded.
 * @returns the model, or what stands for it if it was itself a layer.
 */
export function dequantize(model: nn.Module, dtype?: DType): nn.Module {
  return nn.replaceModules(model, (module) => {
    if (!(module instanceof Linear4bit) || module.weight.quantState === null) return undefined;
    const { inFeatures, outFeatures, bias, training } = module;
    const linear = new nn.Linear(inFeatures, outFeatures, { bias: false, device: "meta" });
    const weight = module.dequantize();
    linear.weight = new nn.Parameter(dtype === undefined ? weight : weight.to(dtype));
    linear.bias = bias;
    linear.training = training;
    return linear;
  });
}

/** A state dict with the packed weights as float tensors, under the same names; everything else as it is. */
export function plainState(state: Record<string, Tensor>): Record<string, Tensor> {
  const marker = ".quant_state.bitsandbytes__";
  const weights = Object.keys(state)
    .filter((key) => key.includes(marker))
    .map((key) => key.slice(0, key.indexOf(marker)));
  const plain = { ...state };
  for (const name of weights) {
    const packed = state[name];
    if (packed === undefined) continue;
    const record: Record<string, Tensor> = {};
    for (const key of Object.keys(state)) {
      if (!key.startsWith(`${name}.`)) continue;
      record[key.slice(name.length + 1)] = state[key] as Tensor;
      delete plain[key];
    }
    plain[name] = noGrad(() => dequantize4bit(packed, QuantState.fromDict(record, packed.device)));
  }
  return plain;
}
