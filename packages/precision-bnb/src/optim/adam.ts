// Adam and AdamW with 8-bit moments.
import type { optim } from "@fabric/torch";
import { checkBetas, checkConfig } from "./config.js";
import { type GroupOptions, Optimizer8bit, type Rule, type RuleOptions } from "./optimizer-8bit.js";
import { type Fixed, NO_AMSGRAD, type StateOptions, splitOptions } from "./options.js";

/** Options of a group of {@link Adam8bit}, {@link AdamW8bit} and {@link LAMB8bit}. */
export interface AdamGroup extends GroupOptions {
  betas: readonly [number, number];
  eps: number;
}

/** Options of {@link Adam8bit} and {@link AdamW8bit}. */
export interface Adam8bitOptions extends StateOptions {
  /** Learning rate. Default 1e-3. */
  lr?: number;
  /** Decay rates of the first and second moment. Default [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Added to the root of the second moment. Default 1e-8. */
  eps?: number;
  /** Apart from the gradient, in both. Default 0 in Adam8bit, 0.01 in AdamW8bit. */
  weightDecay?: number;
  /** Only false is there. */
  amsgrad?: false;
  /** Only 32 is there, which changes nothing, as in bitsandbytes: state has 8 bits. */
  optimBits?: 32;
}

type SavedGroup = Record<string, unknown> & { params: number[] };

const FIXED: Fixed = {
  ...NO_AMSGRAD,
  optimBits: [32, "it changes nothing here; GlobalOptimManager sets the bits of single parameters"],
};

/** What Adam8bit, AdamW8bit and LAMB8bit share. */
export abstract class AdamBase8bit extends Optimizer8bit<AdamGroup> {
  protected override checkGroup(group: optim.ParamGroup<AdamGroup>): void {
    super.checkGroup(group);
    const { lr, betas, eps, weightDecay } = group;
    checkConfig(this.constructor.name, { lr, eps, weightDecay });
    checkBetas(this.constructor.name, betas, 2);
  }

  protected override optionsOf({ lr, betas, eps, weightDecay }: AdamGroup): RuleOptions {
    return { lr, betas, eps, weightDecay };
  }

  protected override savedGroup(group: SavedGroup): SavedGroup {
    return { ...group, alpha: 0, t_alpha: null, t_beta3: null };
  }

  protected override loadedGroup(group: SavedGroup): SavedGroup {
    const { alpha: _, t_alpha: __, t_beta3: ___, ...own } = group;
    return own;
  }
}

const RULE: Rule = { name: "adam", moments: 1, hasSecond: true, takesTrustRatio: true };
const DEFAULTS: AdamGroup = { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0 };

/** Adam (Kingma and Ba 2015) with two bytes of state an element. Weight decay is decoupled, as in AdamW. */
export class Adam8bit extends AdamBase8bit {
  constructor(params: optim.ParamsInput<AdamGroup>, options: Adam8bitOptions = {}) {
    super(params, splitOptions(new.target.name, options, DEFAULTS, FIXED), RULE);
  }
}

/** AdamW (Loshchilov and Hutter 2019) with two bytes of state an element. */
export class AdamW8bit extends AdamBase8bit {
  constructor(params: optim.ParamsInput<AdamGroup>, options: Adam8bitOptions = {}) {
    const defaults = { ...DEFAULTS, weightDecay: 1e-2 };
    super(params, splitOptions(new.target.name, options, defaults, FIXED), RULE);
  }
}

/** {@link Adam8bit} with `isPaged: true`. */
export class PagedAdam8bit extends Adam8bit {
  constructor(
    params: optim.ParamsInput<AdamGroup>,
    options: Omit<Adam8bitOptions, "isPaged"> = {},
  ) {
    super(params, { ...options, isPaged: true });
  }
}

/** {@link AdamW8bit} with `isPaged: true`: `paged_adamw_8bit`, with which QLoRA trains. */
export class PagedAdamW8bit extends AdamW8bit {
  constructor(
    params: optim.ParamsInput<AdamGroup>,
    options: Omit<Adam8bitOptions, "isPaged"> = {},
  ) {
    super(params, { ...options, isPaged: true });
  }
}
