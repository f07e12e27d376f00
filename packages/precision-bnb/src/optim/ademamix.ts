// AdEMAMix with 8-bit moments.
import type { optim } from "@fabric/torch";
import { checkBetas, checkConfig } from "./config.js";
import { type GroupOptions, Optimizer8bit, type RuleOptions } from "./optimizer-8bit.js";
import { type StateOptions, splitOptions } from "./options.js";

/** Options of a group of {@link AdEMAMix8bit}. */
export interface AdEMAMixGroup extends GroupOptions {
  betas: readonly [number, number, number];
  eps: number;
  alpha: number;
  tAlpha: number | null;
  tBeta3: number | null;
}

/** Options of {@link AdEMAMix8bit}. */
export interface AdEMAMix8bitOptions extends StateOptions {
  /** Learning rate. Default 1e-3. */
  lr?: number;
  /** Decay rates of the fast moment, the second moment and the slow moment. Default [0.9, 0.999, 0.9999]. */
  betas?: readonly [number, number, number];
  /** Weight of the slow moment. Default 5. */
  alpha?: number;
  /** Steps over which alpha grows from 0. Default null: none. */
  tAlpha?: number | null;
  /** Steps over which the slow decay rate grows from the fast one. Default null: none. */
  tBeta3?: number | null;
  /** Added to the root of the second moment. Default 1e-8. */
  eps?: number;
  /** Apart from the gradient. Default 0.01. */
  weightDecay?: number;
}

type SavedGroup = Record<string, unknown> & { params: number[] };

const DEFAULTS: AdEMAMixGroup = {
  lr: 1e-3,
  betas: [0.9, 0.999, 0.9999],
  alpha: 5,
  tAlpha: null,
  tBeta3: null,
  eps: 1e-8,
  weightDecay: 1e-2,
};

/** AdEMAMix (Pagliardini et al. 2024), Adam with a second, slow moment, with three bytes of state an element. */
export class AdEMAMix8bit extends Optimizer8bit<AdEMAMixGroup> {
  constructor(params: optim.ParamsInput<AdEMAMixGroup>, options: AdEMAMix8bitOptions = {}) {
    super(params, splitOptions(new.target.name, options, DEFAULTS), {
      name: "ademamix",
      moments: 2,
      hasSecond: true,
      takesTrustRatio: false,
    });
  }

  protected override checkGroup(group: optim.ParamGroup<AdEMAMixGroup>): void {
    super.checkGroup(group);
    const { lr, betas, eps, weightDecay, alpha, tAlpha, tBeta3 } = group;
    checkConfig(this.constructor.name, { lr, eps, weightDecay, alpha, tAlpha, tBeta3 });
    checkBetas(this.constructor.name, betas, 3);
  }

  protected override optionsOf(group: AdEMAMixGroup): RuleOptions {
    const { lr, betas, eps, weightDecay, alpha, tAlpha, tBeta3 } = group;
    return { lr, betas, eps, weightDecay, alpha, tAlpha, tBeta3 };
  }

  protected override savedGroup(group: SavedGroup): SavedGroup {
    return group;
  }

  protected override loadedGroup(group: SavedGroup): SavedGroup {
    return group;
  }
}

/** {@link AdEMAMix8bit} with `isPaged: true`. */
export class PagedAdEMAMix8bit extends AdEMAMix8bit {
  constructor(
    params: optim.ParamsInput<AdEMAMixGroup>,
    options: Omit<AdEMAMix8bitOptions, "isPaged"> = {},
  ) {
    super(params, { ...options, isPaged: true });
  }
}
