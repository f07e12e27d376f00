// Back to float weights.
import { type DType, nn, noGrad, type Tensor } from "@fabric/torch";
import { isQuantizedLinear } from "./convert.js";
import { dequantize4bit, int8VectorwiseDequant, QuantState } from "./functional/index.js";
import { plainDtype } from "./functional/int8.js";
import { Int8Params, Params4bit } from "./nn/index.js";

/**
 * Replaces every layer with a packed weight by an `nn.Linear` with its dequantised weight, for example to merge adapters.
 *
 * @param dtype - of the weights; default the one that each layer recorded.
 * @returns the model, or what stands for it if it was itself a layer.
 */
export function dequantize(model: nn.Module, dtype?: DType): nn.Module {
  return nn.replaceModules(model, (module) => {
    if (!isQuantizedLinear(module) || !holdsCodes(module.weight)) return undefined;
    const { inFeatures, outFeatures, bias, training } = module;
    const linear = new nn.Linear(inFeatures, outFeatures, { bias: false, device: "meta" });
    const weight = module.dequantize();
    linear.weight = new nn.Parameter(dtype === undefined ? weight : weight.to(dtype));
    linear.bias = bias;
    linear.training = training;
    return linear;
  });
}

function holdsCodes(weight: nn.Parameter): boolean {
  return (weight instanceof Params4bit || weight instanceof Int8Params) && weight.bnbQuantized;
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
  for (const [key, codes] of Object.entries(state)) {
    const prefix = key.slice(0, -"weight".length);
    const scales = state[`${prefix}SCB`];
    if (!key.endsWith("weight") || codes.dtype !== "int8" || scales === undefined) continue;
    plain[key] = noGrad(() => int8VectorwiseDequant(codes, scales, plainDtype(scales)));
    delete plain[`${prefix}SCB`];
    delete plain[`${prefix}weight_format`];
  }
  return plain;
}
