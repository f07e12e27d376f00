// What the tests of the optimizers share.
import * as torch from "@fabric/torch";
import { optim } from "../../src/index.js";

/** A class with options under which it steps, and the rule and numbers that they mean. */
export interface Case {
  readonly name: string;
  readonly rule: import("./emulation.js").RuleName;
  readonly make: (
    params: torch.Tensor[] | { params: torch.Tensor[] }[],
    more?: object,
  ) => optim.Optimizer8bit<never>;
  readonly numbers: import("./emulation.js").Numbers;
}

type Class = new (params: never, options: never) => unknown;

function caseOf(
  Class: Class,
  rule: Case["rule"],
  numbers: Case["numbers"],
  options: object,
  name = Class.name,
): Case {
  return {
    name,
    rule,
    numbers,
    make: (params, more = {}) =>
      new Class(params as never, { ...options, ...more } as never) as optim.Optimizer8bit<never>,
  };
}

const adam = { lr: 1e-2, betas: [0.9, 0.999], eps: 1e-8 };
const mix = { lr: 1e-3, betas: [0.9, 0.999, 0.9999], eps: 1e-8, alpha: 5 };
const { lr, eps } = adam;

/** Every class, with weight decay, and with the options that change what it does. */
export const CASES: readonly Case[] = [
  caseOf(optim.Adam8bit, "adam", adam, { lr }),
  caseOf(optim.AdamW8bit, "adam", { ...adam, weightDecay: 1e-2 }, { lr }),
  caseOf(
    optim.LAMB8bit,
    "lamb",
    { ...adam, maxUnorm: 1, weightDecay: 0.1 },
    { lr, weightDecay: 0.1 },
  ),
  caseOf(
    optim.LAMB8bit,
    "lamb",
    { ...adam, maxUnorm: 0.05 },
    { lr, maxUnorm: 0.05 },
    "LAMB8bit, bounded",
  ),
  caseOf(optim.AdEMAMix8bit, "ademamix", { ...mix, weightDecay: 1e-2 }, { lr: mix.lr }),
  caseOf(
    optim.AdEMAMix8bit,
    "ademamix",
    { ...mix, weightDecay: 0, tAlpha: 4, tBeta3: 4 },
    { lr: mix.lr, weightDecay: 0, tAlpha: 4, tBeta3: 4 },
    "AdEMAMix8bit, scheduled",
  ),
  caseOf(optim.SGD8bit, "momentum", { lr: 0.05, betas: [0.9] }, { lr: 0.05, momentum: 0.9 }),
  caseOf(
    optim.SGD8bit,
    "momentum",
    { lr: 0.05, betas: [0.9], weightDecay: 0.01 },
    { lr: 0.05, momentum: 0.9, weightDecay: 0.01 },
    "SGD8bit, decayed",
  ),
  caseOf(
    optim.LARS8bit,
    "lars",
    { lr: 0.05, betas: [0.9], maxUnorm: 0.02, weightDecay: 0.01 },
    { lr: 0.05, momentum: 0.9, weightDecay: 0.01 },
  ),
  caseOf(
    optim.Lion8bit,
    "lion",
    { lr: 1e-3, betas: [0.9, 0.99], weightDecay: 0.1 },
    { lr: 1e-3, weightDecay: 0.1 },
  ),
  caseOf(
    optim.RMSprop8bit,
    "rmsprop",
    { lr: 1e-2, betas: [0.99], eps, weightDecay: 0.01 },
    { lr: 1e-2, weightDecay: 0.01 },
  ),
  caseOf(
    optim.Adagrad8bit,
    "adagrad",
    { lr: 1e-2, betas: [], eps: 1e-10, weightDecay: 0.01 },
    { lr: 1e-2, weightDecay: 0.01 },
  ),
];

/** A parameter of normal numbers. */
export function parameter(shape: number[], dtype: torch.DType = "float32"): torch.Tensor {
  return torch.randn(shape).to(dtype).requiresGrad_(true);
}

/** Gradients of uneven size, some of them exactly 0. */
export function gradient(shape: number[], dtype: torch.DType = "float32"): torch.Tensor {
  const sizes = torch.randn(shape).mul(3).exp();
  const some = torch.rand(shape).gt(0.1).to("float32");
  return torch.randn(shape).mul(sizes).mul(some).mul(0.1).clamp(-1000, 1000).to(dtype);
}

/** One parameter's saved state. */
export function savedState(
  optimizer: optim.Optimizer8bit<never>,
  i = 0,
): Record<string, torch.Tensor> {
  const entry = optimizer.stateDict().state[i] as unknown as Record<string, object>;
  return entry["__bnb_optimizer_quant_state__"] as Record<string, torch.Tensor>;
}

/** Numbers of a tensor, in a row. */
export function numbersOf(t: torch.Tensor): number[] {
  return t.detach().float().flatten().toArray() as number[];
}
