// Initialisers: in place, without autograd, with PyTorch's random numbers.

export { calculateFanInAndFanOut, calculateGain, type FanMode, type Nonlinearity } from "./fans.js";
export {
  constant_,
  eye_,
  type GainOptions,
  type KaimingOptions,
  kaimingNormal_,
  kaimingUniform_,
  type NormalOptions,
  normal_,
  ones_,
  type RandomOptions,
  type UniformOptions,
  uniform_,
  xavierNormal_,
  xavierUniform_,
  zeros_,
} from "./fill.js";
export { orthogonal_ } from "./orthogonal.js";
export { isInitSkipped, skipInit } from "./skip.js";
export { type TruncNormalOptions, truncNormal_ } from "./trunc-normal.js";
