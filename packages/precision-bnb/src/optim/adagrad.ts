// Adagrad with 8-bit sums of squares.
import type { optim } from "@fabric/torch";
import { checkConfig } from "./config.js";
import { type GroupOptions, Optimizer8bit, type RuleOptions } from "./optimizer-8bit.js";
import { type Fixed, type StateOptions, splitOptions } from "./options.js";

/** Options of a group of {@link Adagrad8bit}. */
export interface AdagradGroup extends GroupOptions {
  eps: number;
}

/** Options of {@link Adagrad8bit}. */
export interface Adagrad8bitOptions extends StateOptions {
  /** Learning rate. Default 1e-2. */
  lr?: number;
  /** Added to the root of the sum of squares. Default 1e-10. */
  eps?: number;
  /** Added to the gradient, times the parameter. Default 0. */
  weightDecay?: number;
  /** Only 0 is there. */
  lrDecay?: 0;
  /** Only 0 is there. */
  initialAccumulatorValue?: 0;
  /** Only 8 is there. */
  optimBits?: 8;
}

type SavedGroup = Record<string, unknown> & { params: number[] };

const FIXED: Fixed = {
  lrDecay: [0, "use a scheduler of optim.lrScheduler"],
  initialAccumulatorValue: [0, "8-bit state starts from 0; use optim.Adagrad"],
  optimBits: [8, "GlobalOptimManager sets the bits of single parameters"],
};

/** Adagrad (Duchi et al. 2011) with one byte of state an element. */
export class Adagrad8bit extends Optimizer8bit<AdagradGroup> {
  constructor(params: optim.ParamsInput<AdagradGroup>, options: Adagrad8bitOptions = {}) {
    const defaults: AdagradGroup = { lr: 1e-2, eps: 1e-10, weightDecay: 0 };
    super(params, splitOptions(new.target.name, options, defaults, FIXED), {
      name: "adagrad",
      moments: 1,
      hasSecond: false,
      takesTrustRatio: false,
    });
  }

  protected override checkGroup(group: optim.ParamGroup<AdagradGroup>): void {
    super.checkGroup(group);
    const { lr, eps, weightDecay } = group;
    checkConfig(this.constructor.name, { lr, eps, weightDecay });
  }

  protected override optionsOf({ lr, eps, weightDecay }: AdagradGroup): RuleOptions {
    return { lr, betas: [], eps, weightDecay };
  }

  protected override savedGroup(group: SavedGroup): SavedGroup {
    return { ...group, betas: [0, 0] };
  }

  protected override loadedGroup(group: SavedGroup): SavedGroup {
    const { betas: _, ...own } = group;
    return own;
  }
}
