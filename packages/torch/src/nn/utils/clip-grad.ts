// Gradient clipping over all parameters at once.
import { noGrad } from "../../contexts.js";
import { tensor } from "../../creation.js";
import { op } from "../../dispatch/op.js";
import { FabricError, show } from "../../errors.js";
import { stack } from "../../generated/functions.js";
import { scope } from "../../scope.js";
import { gradsOf, isTensor, type Tensor } from "../../tensor.js";

/** Options of {@link clipGradNorm_}. */
export interface ClipGradNormOptions {
  /** Order of the norm; `Infinity` for the largest magnitude. Default 2. */
  normType?: number;
  /** Throw when the norm is not finite. Default false. */
  errorIfNonfinite?: boolean;
}

const foreachNorm: (self: Tensor[], ord: number) => Tensor[] = op("_foreach_norm");
const foreachMul: (self: Tensor[], other: Tensor) => void = op("_foreach_mul_");
const foreachClampMin: (self: Tensor[], scalar: number) => void = op("_foreach_clamp_min_");
const foreachClampMax: (self: Tensor[], scalar: number) => void = op("_foreach_clamp_max_");

function listOf(parameters: Tensor | Iterable<Tensor>): Tensor[] {
  return isTensor(parameters) ? [parameters] : [...parameters];
}

/** Foreach operators want one dtype and device a call. */
function byPlace(grads: readonly Tensor[]): Tensor[][] {
  const groups = new Map<string, Tensor[]>();
  for (const grad of grads) {
    const key = grad.dtype + grad.device;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [grad]);
    else group.push(grad);
  }
  return [...groups.values()];
}

const present = (grads: readonly (Tensor | null)[]): Tensor[] =>
  grads.filter((g): g is Tensor => g !== null);

/** Norm of all tensors taken as one vector. @returns a scalar tensor; 0 for none. */
export function getTotalNorm(tensors: Iterable<Tensor>, normType = 2): Tensor {
  if (typeof normType !== "number" || Number.isNaN(normType))
    throw new FabricError(
      "FABRIC_CONFIG_CLIP",
      `expected a number for \`normType\` but received ${show(normType)}.`,
    );
  // An empty tensor, such as a shard may be, has no largest element.
  const list = [...tensors].filter((each) => each.numel() > 0);
  if (list.length === 0) return tensor(0);
  return noGrad(() =>
    scope(() => {
      const norms = byPlace(list).flatMap((group) => foreachNorm(group, normType));
      const first = norms[0] as Tensor;
      return stack(norms.map((n) => n.to({ device: first.device }))).norm(normType);
    }),
  );
}

/**
 * Scales the gradients so that their norm is at most `maxNorm`.
 * @returns the norm before, a scalar tensor.
 * @throws FabricError `FABRIC_TENSOR_NONFINITE` with `errorIfNonfinite`.
 */
export function clipGradNorm_(
  parameters: Tensor | Iterable<Tensor>,
  maxNorm: number,
  options: ClipGradNormOptions = {},
): Tensor {
  if (typeof maxNorm !== "number" || !(maxNorm >= 0))
    throw new FabricError(
      "FABRIC_CONFIG_CLIP",
      `clipGradNorm_: expected a number >= 0 for \`maxNorm\` but received ${show(maxNorm)}.`,
    );
  const params = listOf(parameters);
  return noGrad(() =>
    scope(() => {
      const grads = present(gradsOf(params));
      const total = getTotalNorm(grads, options.normType ?? 2);
      if (options.errorIfNonfinite && !Number.isFinite(total.item())) {
        throw new FabricError(
          "FABRIC_TENSOR_NONFINITE",
          `clipGradNorm_: the total norm of the gradients is ${total.item()}; a gradient is infinite or NaN. Pass { errorIfNonfinite: false } to scale anyway.`,
        );
      }
      scaleTo(grads, maxNorm, total);
      return total;
    }),
  );
}

/** Scales gradients whose norm is known so that it is at most `maxNorm`. */
export function clipGradsWithNorm_(
  parameters: Tensor | Iterable<Tensor>,
  maxNorm: number,
  totalNorm: Tensor,
): void {
  const params = listOf(parameters);
  noGrad(() => scope(() => scaleTo(present(gradsOf(params)), maxNorm, totalNorm)));
}

function scaleTo(grads: readonly Tensor[], maxNorm: number, total: Tensor): void {
  // 1e-6 keeps a zero norm harmless, as PyTorch does.
  const factor = total.add(1e-6).reciprocal().mul(maxNorm).clamp({ max: 1 });
  for (const group of byPlace(grads)) {
    foreachMul(group, factor.to({ device: (group[0] as Tensor).device }));
  }
}

/** Clamps every gradient to `[-clipValue, clipValue]`. */
export function clipGradValue_(parameters: Tensor | Iterable<Tensor>, clipValue: number): void {
  if (typeof clipValue !== "number" || !(clipValue >= 0))
    throw new FabricError(
      "FABRIC_CONFIG_CLIP",
      `clipGradValue_: expected a number >= 0 for \`clipValue\` but received ${show(clipValue)}.`,
    );
  const params = listOf(parameters);
  noGrad(() =>
    scope(() => {
      for (const group of byPlace(present(gradsOf(params)))) {
        foreachClampMin(group, -clipValue);
        foreachClampMax(group, clipValue);
      }
    }),
  );
}
