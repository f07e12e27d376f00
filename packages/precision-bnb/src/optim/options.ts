// Options of the constructors: what goes into parameter groups, and what holds for the whole optimizer.
import { describeValue } from "@fabric/torch";
import { checkConfig, configError } from "./config.js";

/** Options of all 8-bit optimizers that hold for the whole optimizer; {@link GlobalOptimManager} overrides them for single parameters. */
export interface StateOptions {
  /** Parameters with fewer elements have 32-bit state. Default 4096. */
  minSize8bit?: number;
  /** Elements whose gradient is 0 keep their value and their state. Default false. */
  skipZeros?: boolean;
  /** Elements whose gradient is NaN or infinite keep their value and their state. Default false: such gradients spread. */
  skipNonFinite?: boolean;
  /** Only 100, which is off, is there: bitsandbytes removed clipping by percentile. Clip with `fabric.clipGradients`. */
  percentileClipping?: 100;
  /** Only true is there: each block of 256 elements has a scale. */
  blockWise?: true;
  /**
   * Let the step be recorded into a CUDA graph: steps are counted and the learning rate is read in the device's memory, so that a change of `lr`
   * reaches a recorded step. An overridden rate is fixed in the recording. Default false.
   */
  capturable?: boolean;
  /**
   * Keep states of 100,000 elements and more in managed memory, whose pages go to the host when the device is full (QLoRA, Dettmers et al. 2023), and
   * are brought back a parameter ahead of the step. On the CPU it changes nothing, with a warning. Default false.
   */
  isPaged?: boolean;
}

/** What {@link StateOptions} become. @internal */
export interface StateArguments {
  optimBits: 8 | 32;
  minSize8bit: number;
  maxUnorm: number;
  skipZeros: boolean;
  skipNonFinite: boolean;
  capturable: boolean;
  isPaged: boolean;
}

/** Options that can only have one value, by name. */
export type Fixed = Readonly<Record<string, readonly [value: unknown, reason: string]>>;

const FIXED: Fixed = {
  percentileClipping: [100, "clipping by percentile is gone; use fabric.clipGradients"],
  blockWise: [true, "state without blocks is gone"],
};
/** Options that nothing overrides for single parameters. */
const SWITCHES = ["capturable", "isPaged"] as const;
/** Names of {@link StateArguments} that options have. */
const ARGUMENTS = ["minSize8bit", "maxUnorm", "skipZeros", "skipNonFinite"] as const;

/** The only `amsgrad` there is. @internal */
export const NO_AMSGRAD: Fixed = {
  amsgrad: [false, "the largest second moment is not kept in 8 bits; use optim.AdamW"],
};

/**
 * Splits a constructor's options into a group's and the optimizer's.
 *
 * @param maxUnorm - the default of a class that has the option; else null.
 * @throws FabricError `FABRIC_CONFIG_OPTIMIZER` for an unknown name or a bad value. @internal
 */
export function splitOptions<O extends object>(
  who: string,
  given: object,
  defaults: O,
  fixed: Fixed = {},
  maxUnorm: number | null = null,
): [group: O, state: StateArguments] {
  if (typeof given !== "object" || given === null)
    throw configError(who, `expected options, an object, but received ${describeValue(given)}.`);
  const only = { ...FIXED, ...fixed };
  const state: Record<string, unknown> = {
    optimBits: 8,
    minSize8bit: 4096,
    maxUnorm: maxUnorm ?? 0,
    skipZeros: false,
    skipNonFinite: false,
    capturable: false,
    isPaged: false,
  };
  const group = { ...defaults } as Record<string, unknown>;
  const names = [
    ...Object.keys(defaults),
    ...ARGUMENTS.filter((name) => name !== "maxUnorm" || maxUnorm !== null),
    ...SWITCHES,
  ];
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const rule = Object.hasOwn(only, name) ? only[name] : undefined;
    if (rule !== undefined) {
      if (value !== rule[0])
        throw configError(
          who,
          `expected ${describeValue(rule[0])} for \`${name}\` but received ${describeValue(value)}: ${rule[1]}.`,
        );
    } else if (!names.includes(name)) {
      throw configError(
        who,
        `unknown option \`${name}\`; known are ${[...names, ...Object.keys(only)].join(", ")}.`,
      );
    } else if (Object.hasOwn(defaults, name)) group[name] = value;
    else state[name] = value;
  }
  const { capturable, isPaged, ...others } = state;
  checkConfig(who, others);
  for (const [name, value] of Object.entries({ capturable, isPaged }))
    if (typeof value !== "boolean")
      throw configError(
        who,
        `expected a boolean for \`${name}\` but received ${describeValue(value)}.`,
      );
  return [group as O, state as unknown as StateArguments];
}

/** A group cannot have what holds for the whole optimizer. @throws FabricError `FABRIC_CONFIG_OPTIMIZER`. @internal */
export function checkNoStateOptions(who: string, group: object): void {
  for (const name of SWITCHES)
    if (Object.hasOwn(group, name))
      throw configError(
        who,
        `\`${name}\` is not an option of a group. Pass it to the constructor.`,
      );
  for (const name of ["maximize", "amsgrad"])
    if ((group as Record<string, unknown>)[name] === true)
      throw configError(who, `\`${name}\` of a group is true, which this optimizer does not do.`);
  for (const name of [...ARGUMENTS, "optimBits"])
    if (Object.hasOwn(group, name))
      throw configError(
        who,
        `\`${name}\` is not an option of a group. Use GlobalOptimManager.getInstance().overrideConfig(params, "${name}", value).`,
      );
}
