// SGD with momentum of 8 bits, and LARS.

import { warnOnce } from "@fabric/core";
import type { optim } from "@fabric/torch";
import { describeValue } from "@fabric/torch";
import { checkBetas, checkConfig, configError } from "./config.js";
import { type GroupOptions, Optimizer8bit, type RuleOptions } from "./optimizer-8bit.js";
import { type StateOptions, splitOptions } from "./options.js";

/** Options of a group of {@link SGD8bit} and {@link LARS8bit}. */
export interface SGDGroup extends GroupOptions {
  momentum: number;
}

/** Options of {@link SGD8bit}. */
export interface SGD8bitOptions extends StateOptions {
  /** Learning rate. */
  lr: number;
  /** Share of the last direction that is kept, above 0: without momentum there is no state, and optim.SGD does it. */
  momentum: number;
  /** Added to the gradient, times the parameter. Default 0. */
  weightDecay?: number;
  /** Not used, as in bitsandbytes: a value other than 0 warns. */
  dampening?: number;
  /** Not used, as in bitsandbytes: true warns. */
  nesterov?: boolean;
}

/** Options of {@link LARS8bit}. */
export interface LARS8bitOptions extends SGD8bitOptions {
  /** Largest norm of a parameter's direction times the parameter's norm; 0: no bound. Default 0.02. */
  maxUnorm?: number;
}

type SavedGroup = Record<string, unknown> & { params: number[] };

/** What SGD8bit and LARS8bit share. */
export abstract class MomentumBase8bit extends Optimizer8bit<SGDGroup> {
  protected override checkGroup(group: optim.ParamGroup<SGDGroup>): void {
    super.checkGroup(group);
    const who = this.constructor.name;
    const { lr, momentum, weightDecay } = group;
    if (lr === undefined) throw configError(who, "expected a number >= 0 for `lr`.");
    checkConfig(who, { lr, weightDecay });
    checkBetas(who, [momentum], 1);
    if (momentum === 0)
      throw configError(
        who,
        "expected a `momentum` above 0: without it there is no state to keep in 8 bits. Use optim.SGD.",
      );
  }

  protected override optionsOf({ lr, momentum, weightDecay }: SGDGroup): RuleOptions {
    return { lr, betas: [momentum], eps: 0, weightDecay };
  }

  protected override savedGroup({ momentum, ...group }: SavedGroup): SavedGroup {
    return { ...group, betas: [momentum, 0], eps: 0 };
  }

  protected override loadedGroup({ betas, eps: _, ...group }: SavedGroup): SavedGroup {
    return Array.isArray(betas) ? { ...group, momentum: betas[0] } : group;
  }
}

/** Options without those that are not used. */
function withoutUnused<T extends SGD8bitOptions>(who: string, options: T): object {
  const { dampening = 0, nesterov = false, ...used } = options ?? {};
  for (const [name, value] of [
    ["dampening", dampening],
    ["nesterov", nesterov],
  ] as const)
    if (value)
      warnOnce(
        `FABRIC_OPTIMIZER_${name.toUpperCase()}`,
        `${who} does not use \`${name}\` (${describeValue(value)}), as bitsandbytes' does not.`,
      );
  return used;
}

const DEFAULTS = { lr: undefined, momentum: 0, weightDecay: 0 } as unknown as SGDGroup;

/** SGD with momentum (Sutskever et al. 2013), PyTorch's form without dampening, with one byte of state an element. */
export class SGD8bit extends MomentumBase8bit {
  constructor(params: optim.ParamsInput<SGDGroup>, options: SGD8bitOptions) {
    const who = new.target.name;
    super(params, splitOptions(who, withoutUnused(who, options), DEFAULTS), {
      name: "momentum",
      moments: 1,
      hasSecond: false,
      takesTrustRatio: true,
    });
  }
}

/**
 * LARS (You et al. 2017) with one byte of state an element: SGD with momentum, each parameter's step cut down to `maxUnorm` times its norm. The
 * bound only cuts, it never enlarges; a parameter of zeros has none. It holds with 8-bit state as well, where bitsandbytes leaves it out.
 */
export class LARS8bit extends MomentumBase8bit {
  constructor(params: optim.ParamsInput<SGDGroup>, options: LARS8bitOptions) {
    const who = new.target.name;
    super(params, splitOptions(who, withoutUnused(who, options), DEFAULTS, {}, 0.02), {
      name: "lars",
      moments: 1,
      hasSecond: false,
      takesTrustRatio: true,
    });
  }
}
