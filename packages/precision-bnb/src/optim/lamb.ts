// LAMB with 8-bit moments.
import type { optim } from "@fabric/torch";
import { AdamBase8bit, type AdamGroup } from "./adam.js";
import { NO_AMSGRAD, type StateOptions, splitOptions } from "./options.js";

/** Options of {@link LAMB8bit}. */
export interface LAMB8bitOptions extends StateOptions {
  /** Learning rate. Default 1e-3. */
  lr?: number;
  /** Decay rates of the first and second moment. Default [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Added to the root of the second moment. Default 1e-8. */
  eps?: number;
  /** Apart from the gradient. Default 0. */
  weightDecay?: number;
  /** Only false is there. */
  amsgrad?: false;
  /** Largest norm of a parameter's update, over lr, times the parameter's norm; 0: no bound. Default 1. */
  maxUnorm?: number;
}

/**
 * LAMB (You et al. 2020) with two bytes of state an element: Adam, each parameter's step cut down to `maxUnorm` times its norm. The bound only
 * cuts, it never enlarges; a parameter of zeros has none. It holds with 8-bit state as well, where bitsandbytes leaves it out.
 */
export class LAMB8bit extends AdamBase8bit {
  constructor(params: optim.ParamsInput<AdamGroup>, options: LAMB8bitOptions = {}) {
    const defaults: AdamGroup = { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0 };
    const split = splitOptions(new.target.name, options, defaults, NO_AMSGRAD, 1);
    super(params, split, { name: "lamb", moments: 1, hasSecond: true, takesTrustRatio: true });
  }
}
