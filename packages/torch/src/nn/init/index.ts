// Initialisers: in place, without autograd, with PyTorch's random numbers.

export { calculateFanInAndFanOut, calculateGain, type FanMode, type Nonlinearity } from "./fans.js";
export {
  constant_,
  eye_,
  type KaimingOptions,
  kaimingNormal_,
  kaimingUniform_,
  normal_,
  ones_,
  type RandomOptions,
  uniform_,
  xavierNormal_,
  xavierUniform_,
  zeros_,
} from "./fill.js";
export { orthogonal_ } from "./orthogonal.js";
export { skipInit } from "./skip.js";
export { truncNormal_ } from "./trunc-normal.js";
