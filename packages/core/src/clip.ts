// Gradient clipping, always of unscaled gradients.

import type { Precision } from "./precision.js";
import { autograd, FabricError, isTensor, nn, type optim, type Tensor, torch } from "./torch.js";

/** Clip each element, or the norm of all together. */
export interface ClipOptions {
  /** Bound of each element's absolute value. */
  clipValue?: number | undefined;
  /** Bound of the norm over all gradients. */
  maxNorm?: number | undefined;
  /** Order of the norm, `Infinity` for the largest element; default 2. */
  normType?: number | undefined;
  /**
   * Throw when the norm is inf or nan. By default that happens only where no loss scaler would skip the step anyway;
   * true throws always, false never.
   */
  errorIfNonfinite?: boolean | undefined;
}

const KNOWN: ReadonlySet<string> = new Set([
  "clipValue",
  "maxNorm",
  "normType",
  "errorIfNonfinite",
]);

/** Refuses options that clip by both ways, by neither, or by no number. @internal */
export function checkClipOptions(options: ClipOptions): void {
  if (typeof options !== "object" || options === null)
    throw clipError(`expected { clipValue } or { maxNorm } but received ${typeof options}`);
  for (const key of Object.keys(options))
    if (!KNOWN.has(key))
      throw clipError(`unknown option \`${key}\`; known are ${[...KNOWN].join(", ")}`);
  const { clipValue, maxNorm, normType } = options;
  if (clipValue !== undefined && maxNorm !== undefined)
    throw clipError("both `clipValue` and `maxNorm` were given; give one of them");
  if (clipValue === undefined && maxNorm === undefined)
    throw clipError("neither `clipValue` nor `maxNorm` was given; give one of them");
  for (const [name, value] of Object.entries({ clipValue, maxNorm, normType })) {
    if (value !== undefined && (typeof value !== "number" || Number.isNaN(value) || value < 0)) {
      throw clipError(`expected a number >= 0 for \`${name}\` but received ${String(value)}`);
    }
  }
}

/**
 * Clips the gradients of `params`, which are at their true size already.
 *
 * @param known - their 2-norm, if unscaling measured it.
 * @param owners - the parameters that the model has for them, in the same order, for messages.
 * @returns the norm before clipping, a scalar tensor, or undefined for clipping by value.
 * @throws FabricError `FABRIC_USAGE_NONFINITE_GRADIENT` naming the first parameter whose gradient is inf or nan. @internal
 */
export function clipParameters(
  params: readonly Tensor[],
  options: ClipOptions,
  skipsNonfinite: boolean,
  known: Tensor | undefined,
  told: {
    nameOf(parameter: Tensor): string;
    norm(value: number): void;
    combine(norm: Tensor, normType: number, parameters: readonly Tensor[]): Tensor;
  },
  owners: readonly Tensor[] = params,
): Tensor | undefined {
  const { clipValue, maxNorm = 0, normType = 2, errorIfNonfinite } = options;
  if (clipValue !== undefined) {
    nn.utils.clipGradValue_(params, clipValue);
    return undefined;
  }
  const usable = normType === 2 ? known : undefined;
  const norm = told.combine(usable ?? totalNorm(params, normType), normType, owners);
  if (errorIfNonfinite === false && !skipsNonfinite) {
    nn.utils.clipGradsWithNorm_(params, maxNorm, norm);
    return norm;
  }
  if (torch.cuda.avoidsHostReads()) {
    if (!skipsNonfinite)
      throw new FabricError(
        "FABRIC_CAPTURE_HOST_READ",
        "clipGradients: a step that is recorded cannot throw when the norm of the gradients is inf or nan, since only the device knows it then. Pass { errorIfNonfinite: false }.",
      );
    // With inf or nan in it the scaler leaves the step out, whatever clipping makes of the gradients.
    nn.utils.clipGradsWithNorm_(params, maxNorm, norm);
    return norm;
  }
  const value = norm.item();
  if (Number.isFinite(value)) nn.utils.clipGradsWithNorm_(params, maxNorm, norm);
  // A scaler that has seen it will skip the step: the gradients stay as they are.
  else if (errorIfNonfinite === true || !skipsNonfinite)
    throw nonfinite(params, norm, (i) => told.nameOf(owners[i] ?? (params[i] as Tensor)));
  told.norm(value);
  return norm;
}

/** To be called in a scope, so that no gradient is held beyond. */
function gradientsOf(params: readonly Tensor[]): Tensor[] {
  return autograd.gradsOf(params).filter((gradient): gradient is Tensor => gradient !== null);
}

function totalNorm(params: readonly Tensor[], normType: number): Tensor {
  return torch.scope(() => nn.utils.getTotalNorm(gradientsOf(params), normType));
}

/** The gradients' norm in each parameter group, before clipping; one scalar tensor a group. @internal */
export function groupNorms(
  optimizer: optim.Optimizer,
  normType: number,
  combine: (norm: Tensor, normType: number, parameters: readonly Tensor[]) => Tensor,
): Tensor[] {
  return optimizer.paramGroups.map(({ params }) =>
    combine(totalNorm(params, normType), normType, params),
  );
}

/** The parameters to clip, and whether a scaler would skip a bad step; unscales first. @internal */
export function preparedParameters(
  precision: Precision,
  target: optim.Optimizer | readonly Tensor[],
  optimizers: Iterable<optim.Optimizer>,
): {
  params: readonly Tensor[];
  skipsNonfinite: boolean;
  norm?: Tensor | undefined;
  owners?: readonly Tensor[];
} {
  if (!Array.isArray(target)) {
    const optimizer = target as optim.Optimizer;
    const norm = precision.unscaleGradients(optimizer);
    return {
      norm,
      params: precision.mainParams(optimizer),
      owners: optimizer.paramGroups.flatMap((group) => [...group.params]),
      skipsNonfinite: precision.skipsNonfiniteSteps(optimizer),
    };
  }
  const params = target as readonly Tensor[];
  if (!params.every((parameter) => isTensor(parameter)))
    throw clipError("expected an optimizer or an array of parameters");
  // The scale is taken out of the gradients of those optimizers that train one of these parameters.
  const wanted = new Set(params);
  let skipsNonfinite = false;
  for (const optimizer of optimizers) {
    if (!precision.mainParams(optimizer).some((parameter) => wanted.has(parameter))) continue;
    precision.unscaleGradients(optimizer);
    skipsNonfinite ||= precision.skipsNonfiniteSteps(optimizer);
  }
  return { params, skipsNonfinite };
}

function nonfinite(
  params: readonly Tensor[],
  norm: Tensor,
  nameOf: (index: number) => string,
): FabricError {
  const culprit = params.findIndex(
    (parameter) => parameter.grad !== null && !parameter.grad.isfinite().all().item<boolean>(),
  );
  return new FabricError(
    "FABRIC_USAGE_NONFINITE_GRADIENT",
    `The norm of the gradients is ${norm.item()}${culprit < 0 ? "" : `; the first gradient that is not finite is that of ${nameOf(culprit)}`}. ` +
      "Nothing was clipped. Lower the learning rate or look at the data, or pass { errorIfNonfinite: false } to go on.",
  );
}

function clipError(reason: string): FabricError {
  return new FabricError("FABRIC_CONFIG_CLIP", `clipGradients: ${reason}.`);
}
