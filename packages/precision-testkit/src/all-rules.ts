// Every rule, in the order in which reports list them: what it is, contexts, conversion, numbers, state, lifetime.

import type { Rule } from "./rule.js";
import { accumulation, clipping, forwardAccuracy, gradientAccuracy } from "./rules/accuracy.js";
import { backwardGuard } from "./rules/backward-guard.js";
import { contextsNest, contextsRestore, contextsThrow } from "./rules/contexts.js";
import { convertInput, convertOutput, inputGradient } from "./rules/conversion.js";
import { cuda } from "./rules/cuda.js";
import { dtypeContract } from "./rules/dtypes.js";
import { hookOrder } from "./rules/hook-order.js";
import { brand, label, validate } from "./rules/identity.js";
import { noLeak, teardown } from "./rules/lifetime.js";
import { convertTwice, parameterNames, tiedParameters } from "./rules/modules.js";
import { nonfiniteStep } from "./rules/nonfinite.js";
import { resume, stateRoundTrip } from "./rules/state.js";
import { closure, noGradFirst, trains, trainsSeparately, twoOptimizers } from "./rules/training.js";
import { twoFabrics } from "./rules/two-fabrics.js";

/** Every rule that a precision plugin must keep to, each checked on its own. */
export const conformanceRules: readonly Rule[] = [
  brand,
  label,
  validate,
  hookOrder,
  contextsRestore,
  contextsThrow,
  contextsNest,
  convertInput,
  convertOutput,
  inputGradient,
  convertTwice,
  parameterNames,
  tiedParameters,
  dtypeContract,
  forwardAccuracy,
  gradientAccuracy,
  clipping,
  accumulation,
  trains,
  trainsSeparately,
  closure,
  noGradFirst,
  twoOptimizers,
  backwardGuard,
  nonfiniteStep,
  stateRoundTrip,
  resume,
  twoFabrics,
  noLeak,
  teardown,
  cuda,
];
