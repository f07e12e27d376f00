// Gradients of an optimizer as a whole: seeing whether a backward pass added to them, and changing their scale.

import {
  amp,
  autograd,
  FabricError,
  keep,
  noGrad,
  ops,
  type optim,
  scope,
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

/** The gradients that the parameters of `optimizer` have now; to be called in a scope, which frees them. */
export function liveGradients(optimizer: optim.Optimizer): LiveGradient[] {
  const found: LiveGradient[] = [];
  optimizer.paramGroups.forEach((group, g) => {
    const gradients = autograd.gradsOf(group.params);
    group.params.forEach((parameter, p) => {
      const gradient = gradients[p] ?? null;
      if (gradient !== null)
        found.push({ parameter, gradient, place: `params[${p}] of group ${g}` });
    });
  });
  return found;
}

/**
 * Remembers the gradients of an optimizer, to tell later whether something was added to them. It holds none of them: a gradient that lived on
 * past `zeroGrad` would keep the next step from using its memory again.
 */
export class GradientWatch {
  readonly #optimizer: optim.Optimizer;
  /** Null when there were no gradients, as after `zeroGrad`: then any gradient is new. */
  readonly #seen: string | null;

  constructor(optimizer: optim.Optimizer) {
    this.#optimizer = optimizer;
    this.#seen = hasGradients(optimizer) ? traces(optimizer) : null;
  }

  /** Whether any gradient is new or was changed since. */
  changed(): boolean {
    return this.#seen === null
      ? hasGradients(this.#optimizer)
      : traces(this.#optimizer) !== this.#seen;
  }
}

function hasGradients(optimizer: optim.Optimizer): boolean {
  return scope(() =>
    optimizer.paramGroups.some(({ params }) => autograd.gradsOf(params).some((g) => g !== null)),
  );
}

/** Where each gradient lies in memory and how often it was written: differs once a backward pass has added to one. */
function traces(optimizer: optim.Optimizer): string {
  const one = (gradient: Tensor | null): string => {
    if (gradient === null) return "";
    const stored = gradient.layout === "strided" ? gradient : sparseValues(gradient);
    return `${stored.dataPtr()}:${gradient.version}`;
  };
  return scope(() =>
    optimizer.paramGroups.map(({ params }) => autograd.gradsOf(params).map(one).join()).join(),
  );
}

const sparseValues = (gradient: Tensor): Tensor =>
  (ops.aten._values as unknown as (self: Tensor) => Tensor)(gradient);

/** What a look at gradients told. */
export interface Unscaled {
  /** One float32 `[1]` a device, not 0 if a gradient there is inf or nan. */
  readonly overflow: Tensor[];
  /** The 2-norm of all of them at their true size, `[]`, float32; null without gradients, and where they were not written. */
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
  optimizer: optim.Optimizer,
  scale: Tensor,
  nameOf: (parameter: Tensor) => string | undefined,
  write = true,
): Unscaled {
  return inScope(() => {
    const live = liveGradients(optimizer);
    for (const entry of live)
      if (entry.gradient.dtype === "float16") throw float16Gradient(entry, nameOf);
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
      overflow: [...found.values()].map(keep),
      norm: !write || norms.length === 0 ? null : keep(amp.normOfNorms(norms)),
    };
  });
}

/** Multiplies the gradients of an optimizer in place by a number. @returns how many there are. */
export function multiplyGradients(optimizer: optim.Optimizer, factor: number): number {
  return inScope(() => {
    const live = liveGradients(optimizer);
    if (factor !== 1) for (const { gradient } of live) gradient.mul_(factor);
    return live.length;
  });
}

function inScope<T>(fn: () => T): T {
  return noGrad(() => scope(fn));
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
