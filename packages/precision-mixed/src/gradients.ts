// Gradients of an optimizer as a whole: seeing whether a backward pass added to them, and changing their scale.

import {
  amp,
  FabricError,
  noGrad,
  type optim,
  type Tensor,
  viewAsReal,
  zeros,
} from "@fabric/torch";

/** A parameter and its gradient. */
export interface LiveGradient {
  readonly parameter: Tensor;
  readonly gradient: Tensor;
  /** Where the parameter stands in the optimizer, for messages. */
  readonly place: string;
}

/** The gradients that the parameters of `optimizer` have now. */
export function liveGradients(optimizer: optim.Optimizer): LiveGradient[] {
  const found: LiveGradient[] = [];
  optimizer.paramGroups.forEach((group, g) => {
    group.params.forEach((parameter, p) => {
      const gradient = parameter.grad;
      if (gradient !== null)
        found.push({ parameter, gradient, place: `params[${p}] of group ${g}` });
    });
  });
  return found;
}

/** Remembers the gradients of an optimizer, to tell later whether something was added to them. */
export class GradientWatch {
  readonly #seen: { parameter: Tensor; gradient: Tensor | null; version: number }[] = [];

  constructor(optimizer: optim.Optimizer) {
    for (const group of optimizer.paramGroups) {
      for (const parameter of group.params) {
        const gradient = parameter.grad;
        this.#seen.push({ parameter, gradient, version: gradient === null ? 0 : gradient.version });
      }
    }
  }

  /** Whether any gradient is new or was changed since. */
  changed(): boolean {
    return this.#seen.some(({ parameter, gradient, version }) => {
      const now = parameter.grad;
      return now !== gradient || (now !== null && now.version !== version);
    });
  }
}

/** What a look at gradients told. */
export interface Unscaled {
  /** One float32 `[1]` a device, not 0 if a gradient there is inf or nan. */
  readonly overflow: Tensor[];
  /** The 2-norm of all of them at their true size, `[]`, float32; null without gradients. */
  readonly norm: Tensor | null;
}

/**
 * Multiplies gradients in place by `1 / scale`, looks for inf and nan and takes the norm on the way.
 *
 * @param scale - `[]`, float32.
 * @param write - false only looks: the optimizer will divide inside its step.
 * @throws FabricError `FABRIC_USAGE_HALF_GRADIENT` naming the parameter; nothing has changed then.
 */
export function divideGradients(
  live: readonly LiveGradient[],
  scale: Tensor,
  nameOf: (parameter: Tensor) => string | undefined,
  write = true,
): Unscaled {
  for (const entry of live)
    if (entry.gradient.dtype === "float16") throw float16Gradient(entry, nameOf);
  return noGrad(() => {
    // Through float64, as 1 / scale is rounded to float32 only once then.
    const inverse = scale.double().reciprocal().float();
    const found = new Map<string, Tensor>();
    const norms: Tensor[] = [];
    for (const gradients of groupedByPlace(live)) {
      const device = (gradients[0] as Tensor).device;
      const overflow = found.get(device) ?? zeros([1], { dtype: "float32", device });
      found.set(device, overflow);
      norms.push(amp.unscaleGrads_(gradients, overflow, inverse.to(device), { write }));
    }
    return {
      overflow: [...found.values()],
      norm: norms.length === 0 ? null : amp.normOfNorms(norms),
    };
  });
}

/** Multiplies gradients in place by a number. */
export function multiplyGradients(live: readonly LiveGradient[], factor: number): void {
  if (factor === 1) return;
  noGrad(() => {
    for (const { gradient } of live) gradient.mul_(factor);
  });
}

/** Gradients by device and dtype, since a foreach operator takes one of each; complex ones as pairs of real numbers. */
function groupedByPlace(live: readonly LiveGradient[]): Tensor[][] {
  const groups = new Map<string, Tensor[]>();
  for (const { gradient } of live) {
    const real = gradient.isComplex() ? viewAsReal(gradient) : gradient;
    const key = `${real.device} ${real.dtype}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [real]);
    else group.push(real);
  }
  return [...groups.values()];
}

function float16Gradient(
  { parameter, place }: LiveGradient,
  nameOf: (parameter: Tensor) => string | undefined,
): FabricError {
  const name = nameOf(parameter) ?? place;
  return new FabricError(
    "FABRIC_USAGE_HALF_GRADIENT",
    `the gradient of \`${name}\` (shape [${parameter.shape.join(", ")}]) is float16, which cannot be unscaled: most of what the scale saved would be lost. "16-mixed" needs float32 weights: call model.float() before setup, or use "16-true".`,
  );
}
