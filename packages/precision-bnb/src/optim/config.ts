// What a parameter's step depends on, and the checks of it.
import { describeValue, FabricError } from "@fabric/torch";

/** What can be overridden for single parameters with {@link GlobalOptimManager}. */
export interface OptimConfig {
  /** Learning rate; an override is not touched by schedulers. */
  lr: number;
  /** Decay rates, as many as the optimizer has: SGD8bit's and LARS8bit's is the momentum, RMSprop8bit's is alpha. */
  betas: readonly number[];
  /** Added to the root of the second moment. */
  eps: number;
  weightDecay: number;
  /** AdEMAMix8bit only: weight of the slow moment. */
  alpha: number;
  /** AdEMAMix8bit only: steps over which alpha grows; null: none. */
  tAlpha: number | null;
  /** AdEMAMix8bit only: steps over which the slow decay rate grows; null: none. */
  tBeta3: number | null;
  /** Bits of the state. */
  optimBits: 8 | 32;
  /** Parameters with fewer elements have 32-bit state. */
  minSize8bit: number;
  /** Largest norm of a step over the learning rate, times the parameter's norm; 0: no bound. Adam, LAMB, SGD and LARS only. */
  maxUnorm: number;
  /** Elements whose gradient is 0 keep their value and their state. */
  skipZeros: boolean;
  /** Elements whose gradient is NaN or infinite keep their value and their state. */
  skipNonFinite: boolean;
}

type Check = readonly [isFine: (value: unknown) => boolean, expected: string];

const isNumber = (value: unknown): value is number => typeof value === "number";
const atLeastZero: Check = [(v) => isNumber(v) && v >= 0, "a number >= 0"];
const steps: Check = [(v) => v === null || (isNumber(v) && v > 0), "a number > 0 or null"];
const yesOrNo: Check = [(v) => typeof v === "boolean", "a boolean"];

const CHECKS: Readonly<Record<keyof OptimConfig, Check>> = {
  lr: atLeastZero,
  betas: [
    (v) => Array.isArray(v) && v.every((beta) => isNumber(beta) && beta >= 0 && beta < 1),
    "numbers in [0, 1)",
  ],
  eps: atLeastZero,
  weightDecay: atLeastZero,
  alpha: atLeastZero,
  tAlpha: steps,
  tBeta3: steps,
  optimBits: [(v) => v === 8 || v === 32, "8 or 32"],
  minSize8bit: [(v) => Number.isSafeInteger(v) && (v as number) >= 0, "an integer >= 0"],
  maxUnorm: atLeastZero,
  skipZeros: yesOrNo,
  skipNonFinite: yesOrNo,
};

/** An error about an optimizer's options. @internal */
export function configError(who: string, message: string): FabricError {
  return new FabricError("FABRIC_CONFIG_OPTIMIZER", `${who}: ${message}`);
}

/** Checks single values by name. @throws FabricError `FABRIC_CONFIG_OPTIMIZER` for an unknown name or a bad value. @internal */
export function checkConfig(who: string, values: object): void {
  for (const [name, value] of Object.entries(values)) {
    const check = Object.hasOwn(CHECKS, name) ? CHECKS[name as keyof OptimConfig] : undefined;
    if (check === undefined)
      throw configError(
        who,
        `unknown key \`${name}\`; known are ${Object.keys(CHECKS).join(", ")}.`,
      );
    const [isFine, expected] = check;
    if (!isFine(value))
      throw configError(
        who,
        `expected ${expected} for \`${name}\` but received ${describeValue(value)}.`,
      );
  }
}

/** Checks that there are `count` decay rates. @throws FabricError `FABRIC_CONFIG_OPTIMIZER`. @internal */
export function checkBetas(who: string, betas: unknown, count: number): void {
  checkConfig(who, { betas });
  if ((betas as readonly number[]).length !== count)
    throw configError(
      who,
      `expected ${count} numbers for \`betas\` but received ${describeValue(betas)}.`,
    );
}
