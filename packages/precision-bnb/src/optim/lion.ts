// Lion with an 8-bit moment.
import type { optim } from "@fabric/torch";
import { checkBetas, checkConfig } from "./config.js";
import { type GroupOptions, Optimizer8bit, type RuleOptions } from "./optimizer-8bit.js";
import { type StateOptions, splitOptions } from "./options.js";

/** Options of a group of {@link Lion8bit}. */
export interface LionGroup extends GroupOptions {
  betas: readonly [number, number];
}

/** Options of {@link Lion8bit}. */
export interface Lion8bitOptions extends StateOptions {
  /** Learning rate. Default 1e-4. */
  lr?: number;
  /** Weights of the update direction and of the moment. Default [0.9, 0.99]. */
  betas?: readonly [number, number];
  /** Apart from the gradient. Default 0. */
  weightDecay?: number;
}

type SavedGroup = Record<string, unknown> & { params: number[] };

/** Lion (Chen et al. 2023), steps by the sign of an interpolated moment, with one byte of state an element. */
export class Lion8bit extends Optimizer8bit<LionGroup> {
  constructor(params: optim.ParamsInput<LionGroup>, options: Lion8bitOptions = {}) {
    const defaults: LionGroup = { lr: 1e-4, betas: [0.9, 0.99], weightDecay: 0 };
    super(params, splitOptions(new.target.name, options, defaults), {
      name: "lion",
      moments: 1,
      hasSecond: false,
      takesTrustRatio: false,
    });
  }

  protected override checkGroup(group: optim.ParamGroup<LionGroup>): void {
    super.checkGroup(group);
    const { lr, betas, weightDecay } = group;
    checkConfig(this.constructor.name, { lr, weightDecay });
    checkBetas(this.constructor.name, betas, 2);
  }

  protected override optionsOf({ lr, betas, weightDecay }: LionGroup): RuleOptions {
    return { lr, betas, eps: 0, weightDecay };
  }

  protected override savedGroup(group: SavedGroup): SavedGroup {
    return { ...group, eps: 0 };
  }

  protected override loadedGroup(group: SavedGroup): SavedGroup {
    const { eps: _, ...own } = group;
    return own;
  }
}

/** {@link Lion8bit} with `isPaged: true`. */
export class PagedLion8bit extends Lion8bit {
  constructor(
    params: optim.ParamsInput<LionGroup>,
    options: Omit<Lion8bitOptions, "isPaged"> = {},
  ) {
    super(params, { ...options, isPaged: true });
  }
}
