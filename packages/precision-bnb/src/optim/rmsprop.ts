// RMSprop with 8-bit mean squares.
import type { optim } from "@fabric/torch";
import { checkBetas, checkConfig, configError } from "./config.js";
import { type GroupOptions, Optimizer8bit, type RuleOptions } from "./optimizer-8bit.js";
import { type Fixed, type StateOptions, splitOptions } from "./options.js";

/** Options of a group of {@link RMSprop8bit}. */
export interface RMSpropGroup extends GroupOptions {
  alpha: number;
  eps: number;
}

/** Options of {@link RMSprop8bit}. */
export interface RMSprop8bitOptions extends StateOptions {
  /** Learning rate. Default 1e-2. */
  lr?: number;
  /** Decay of the mean square, above 0. Default 0.99. */
  alpha?: number;
  /** Added to the root of the mean square. Default 1e-8. */
  eps?: number;
  /** Added to the gradient, times the parameter. Default 0. */
  weightDecay?: number;
  /** Only 0 is there. */
  momentum?: 0;
  /** Only false is there. */
  centered?: false;
}

type SavedGroup = Record<string, unknown> & { params: number[] };

const FIXED: Fixed = {
  momentum: [0, "there is one 8-bit state only; use optim.RMSprop"],
  centered: [false, "there is one 8-bit state only; use optim.RMSprop"],
};

/** RMSprop (Hinton's lecture 6e) with one byte of state an element. */
export class RMSprop8bit extends Optimizer8bit<RMSpropGroup> {
  constructor(params: optim.ParamsInput<RMSpropGroup>, options: RMSprop8bitOptions = {}) {
    const defaults: RMSpropGroup = { lr: 1e-2, alpha: 0.99, eps: 1e-8, weightDecay: 0 };
    super(params, splitOptions(new.target.name, options, defaults, FIXED), {
      name: "rmsprop",
      moments: 1,
      hasSecond: false,
      takesTrustRatio: false,
    });
  }

  protected override checkGroup(group: optim.ParamGroup<RMSpropGroup>): void {
    super.checkGroup(group);
    const who = this.constructor.name;
    const { lr, alpha, eps, weightDecay } = group;
    checkConfig(who, { lr, eps, weightDecay });
    checkBetas(who, [alpha], 1);
    if (alpha === 0)
      throw configError(who, "expected an `alpha` above 0: without it there is no state to keep.");
  }

  protected override optionsOf({ lr, alpha, eps, weightDecay }: RMSpropGroup): RuleOptions {
    return { lr, betas: [alpha], eps, weightDecay };
  }

  protected override savedGroup({ alpha, ...group }: SavedGroup): SavedGroup {
    return { ...group, betas: [alpha, 0] };
  }

  protected override loadedGroup({ betas, ...group }: SavedGroup): SavedGroup {
    return Array.isArray(betas) ? { ...group, alpha: betas[0] } : group;
  }
}
