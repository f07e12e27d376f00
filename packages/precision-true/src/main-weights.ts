// Float32 copies of 16-bit weights, kept or made for one step: optimizers update those, and the weights are rounded from them.

import { warnOnce } from "@fabric/core";
import {
  autograd,
  type DType,
  empty,
  equal,
  FabricError,
  keep,
  loadCudaKernels,
  type nn,
  noGrad,
  ops,
  optim,
  scope,
  type Tensor,
} from "@fabric/torch";
import { MainGradients, type Pair } from "./main-gradients.js";
import { collectMain, type MainState, restoreMain } from "./main-state.js";

/** How the weights follow. */
export interface MainWeightsOptions {
  /** Keep the float32 copies between steps. */
  readonly persistent: boolean;
  /** Round to one of the two neighbours by chance, so that the mean is right, instead of to the nearest. */
  readonly stochastic: boolean;
}

type ForeachCopy = (self: readonly Tensor[], src: readonly Tensor[]) => void;
type CopyStochastic = (self: Tensor, src: Tensor) => Tensor;

/** Parameters that a step updates together, 16 MiB in float32: enough for every kernel, and little beside a model. */
const PART = 2 ** 22;

/** The main weights of the optimizers of one plugin. */
export class MainWeights {
  readonly #dtype: DType;
  readonly #options: MainWeightsOptions;
  readonly #gradients = new MainGradients();
  /** Float32 values of weights from before they were cast. */
  #originals = new WeakMap<Tensor, Tensor>();
  /** By weight: its kept main weight, one for all optimizers, which hold it. */
  #mains = new WeakMap<Tensor, WeakRef<Tensor>>();
  /** By weight: its version when it was last in agreement with its main weight. */
  readonly #agreed = new WeakMap<Tensor, number>();
  #optimizers: { reference: WeakRef<optim.Optimizer>; hook: optim.StepHookHandle }[] = [];
  #isStepping = false;

  constructor(dtype: DType, options: MainWeightsOptions) {
    this.#dtype = dtype;
    this.#options = options;
  }

  /** Takes down the float32 values of weights that will train, before a cast replaces them; not of those that are exempt. */
  keepOriginals(module: nn.Module, exempt: ReadonlySet<Tensor>): void {
    if (!this.#options.persistent) return;
    for (const parameter of module.parameters()) {
      const isWide = parameter.dtype === "float32" || parameter.dtype === "float64";
      if (!isWide || !parameter.requiresGrad || exempt.has(parameter)) continue;
      if (parameter.device === "meta") continue;
      // The cast gives the parameter new storage; the old one lives on here, uncopied if it is float32.
      this.#originals.set(parameter, keep(noGrad(() => parameter.data.to("float32"))));
    }
  }

  /** @throws FabricError `FABRIC_UNSUPPORTED_OPTIMIZER` for LBFGS, which moves the weights while it evaluates the closure. */
  prepare(optimizer: optim.Optimizer): void {
    if (optimizer instanceof optim.LBFGS)
      throw unsupported("LBFGS evaluates the model between its own moves of the weights");
    this.#complete(optimizer);
    if (this.#alive().includes(optimizer)) return;
    const hook = optimizer.registerStepPreHook(() => {
      if (this.#isStepping) return;
      throw new FabricError(
        "FABRIC_USAGE_RAW_STEP",
        "step() was called on the optimizer itself, past Fabric, but its 16-bit weights are updated through float32 copies that only Fabric's wrapper fills. Call step() on the optimizer that fabric.setup returned.",
      );
    });
    this.#optimizers.push({ reference: new WeakRef(optimizer), hook });
  }

  /** What is clipped: kept main weights with the gradients that the next step will use; the weights themselves otherwise. */
  mainParams(optimizer: optim.Optimizer): Tensor[] {
    this.#complete(optimizer);
    const params = optimizer.paramGroups.flatMap((group) => [...group.params]);
    if (!this.#options.persistent) return params;
    this.#gradients.widen(pairsOf(optimizer, params));
    return params.map((parameter) => optimizer.mainParams.get(parameter) ?? parameter);
  }

  /** One step: gradients widen, `invoke` updates the main weights, the weights are rounded from them, all a part at a time. */
  step(optimizer: optim.Optimizer, invoke: () => unknown): unknown {
    this.#complete(optimizer);
    let isAsked = false;
    optimizer.mainParts = (params) => {
      isAsked = true;
      return this.#parts(optimizer, params);
    };
    const weights = [...optimizer.mainParams.keys()];
    const versions = weights.map((weight) => weight.version);
    this.#isStepping = true;
    try {
      const result = invoke();
      if (!isAsked && weights.some((weight, i) => weight.version !== versions[i]))
        throw unsupported(
          `${optimizer.constructor.name} updates its parameters itself instead of through Optimizer.step and \`mainParams\``,
        );
      return result;
    } finally {
      this.#isStepping = false;
      optimizer.mainParts = null;
    }
  }

  /** Before a replay, which rounds weights from main weights: those that were set from outside count. */
  followEdits(optimizers: readonly optim.Optimizer[]): void {
    if (!this.#options.persistent) return;
    for (const optimizer of optimizers)
      for (const [weight, main] of optimizer.mainParams) this.#followEdits(weight, main);
  }

  /** After a replay: weights and main weights agree. */
  agree(optimizers: readonly optim.Optimizer[]): void {
    if (!this.#options.persistent) return;
    for (const optimizer of optimizers)
      for (const weight of optimizer.mainParams.keys()) this.#agreed.set(weight, weight.version);
  }

  /** Kept main weights by optimizer, in the order of set-up, and by the number of the parameter; empty if none are kept. */
  stateDict(): Record<string, unknown> {
    if (!this.#options.persistent) return {};
    const optimizers = this.#training();
    // A weight that was set since the last step is what counts.
    this.followEdits(optimizers);
    return { mainParams: optimizers.map(collectMain) };
  }

  /** @throws FabricError `FABRIC_CHECKPOINT_MISMATCH` if it does not belong to optimizers and parameters such as are set up now. */
  loadStateDict(state: Record<string, unknown>): void {
    if (state["mainParams"] === undefined) return;
    const restored = restoreMain(state["mainParams"] as MainState[], this.#training());
    for (const weight of restored) this.#agreed.set(weight, weight.version);
  }

  /** Lets go of everything; the optimizers are as they were before set-up, apart from state in float32. */
  teardown(): void {
    for (const optimizer of this.#alive()) {
      for (const [, main] of optimizer.mainParams) this.#gradients.drop(main);
      optimizer.mainParams.clear();
    }
    for (const { hook } of this.#optimizers) hook.remove();
    this.#optimizers = [];
    this.#originals = new WeakMap();
    this.#mains = new WeakMap();
  }

  /** Gives a main weight to parameters that have none yet, those of groups added later as well. */
  #complete(optimizer: optim.Optimizer): void {
    const { mainParams, paramGroups } = optimizer;
    for (const group of paramGroups) {
      for (const parameter of group.params) {
        if (parameter.dtype !== this.#dtype || mainParams.has(parameter)) continue;
        mainParams.set(
          parameter,
          this.#options.persistent ? this.#keptMain(parameter) : placeholder(parameter),
        );
      }
    }
  }

  /** The main weight that another optimizer has; or a new one, from before the cast if the weight is still what the cast made of it. */
  #keptMain(weight: Tensor): Tensor {
    const known = this.#mains.get(weight)?.deref();
    if (known !== undefined) return known;
    const original = this.#originals.get(weight);
    this.#originals.delete(weight);
    const main = noGrad(() =>
      scope(() => {
        const { device } = weight;
        const wide = original?.to({ dtype: "float32", device });
        const isCurrent = wide !== undefined && equal(wide.to(weight.dtype), weight);
        return keep(isCurrent ? wide : weight.detach().to("float32"));
      }),
    );
    this.#agreed.set(weight, weight.version);
    this.#mains.set(weight, new WeakRef(main));
    return main;
  }

  /** Parameters as the optimizer is to update them, with their main weights and gradients there until the next part. */
  *#parts(optimizer: optim.Optimizer, params: readonly Tensor[]): Generator<readonly Tensor[]> {
    const wide = params.filter((parameter) => !optimizer.mainParams.has(parameter));
    if (wide.length > 0) yield wide;
    for (const kept of partsOf(pairsOf(optimizer, params))) {
      const pairs = this.#options.persistent ? kept : withGradient(kept).map(madeNow);
      try {
        for (const [weight, main] of pairs)
          if (this.#options.persistent) this.#followEdits(weight, main);
          else optimizer.mainParams.set(weight, main);
        const ready = this.#gradients.widen(pairs);
        yield ready.map(([weight]) => weight);
        this.#writeBack(ready);
      } finally {
        for (const [weight, main] of pairs) {
          this.#gradients.drop(main);
          if (this.#options.persistent) continue;
          optimizer.mainParams.set(weight, placeholder(weight));
          main.dispose();
        }
      }
    }
  }

  /** A weight that was set from outside, by loading a state dict for example, replaces its main weight. */
  #followEdits(weight: Tensor, main: Tensor): void {
    if (this.#agreed.get(weight) === weight.version) return;
    noGrad(() => main.copy_(weight));
    this.#agreed.set(weight, weight.version);
    warnOnce(
      "FABRIC_PRECISION_MAIN_WEIGHTS_REMADE",
      `${this.#dtype} weights were changed outside of the optimizer, by loading a state dict for example; their float32 master weights are made from them again, without the digits that ${this.#dtype} does not hold.`,
    );
  }

  #writeBack(pairs: readonly Pair[]): void {
    if (pairs.length === 0) return;
    noGrad(() => {
      if (this.#options.stochastic) {
        if (pairs.some(([weight]) => weight.device !== "cpu"))
          loadCudaKernels(import.meta.url, true);
        const copy = ops["fabric"]?.["copy_stochastic_"] as unknown as CopyStochastic;
        for (const [weight, main] of pairs) copy(weight, main);
      } else {
        const copyAll = ops.aten._foreach_copy_ as ForeachCopy;
        copyAll(
          pairs.map(([weight]) => weight),
          pairs.map(([, main]) => main),
        );
      }
    });
    for (const [weight] of pairs) this.#agreed.set(weight, weight.version);
  }

  #alive(): optim.Optimizer[] {
    return this.#optimizers.flatMap(({ reference }) => reference.deref() ?? []);
  }

  /** Those whose parameters a later optimizer has not taken over: such may or may not have been collected. */
  #training(): optim.Optimizer[] {
    const later = new Set<Tensor>();
    return this.#alive()
      .reverse()
      .filter((optimizer) => {
        this.#complete(optimizer);
        const weights = [...optimizer.mainParams.keys()];
        const isReplaced = weights.length > 0 && weights.every((weight) => later.has(weight));
        for (const weight of weights) later.add(weight);
        return !isReplaced;
      })
      .reverse();
  }
}

/** Stands for a main weight between steps: its dtype counts when state is loaded, and it takes no memory. */
function placeholder(weight: Tensor): Tensor {
  return keep(empty(weight.shape, { dtype: "float32", device: "meta" }));
}

function withGradient(pairs: readonly Pair[]): Pair[] {
  return scope(() => {
    const gradients = autograd.gradsOf(pairs.map(([weight]) => weight));
    return pairs.filter((_, i) => gradients[i] !== null);
  });
}

/** Float32 values for the time of an update. */
function madeNow([weight]: Pair): Pair {
  return [weight, keep(noGrad(() => scope(() => weight.detach().float())))];
}

function pairsOf(optimizer: optim.Optimizer, params: readonly Tensor[]): Pair[] {
  return params.flatMap((weight): Pair[] => {
    const main = optimizer.mainParams.get(weight);
    return main === undefined ? [] : [[weight, main]];
  });
}

/** In order, each of at most {@link PART} numbers or of one weight. */
function partsOf(pairs: readonly Pair[]): Pair[][] {
  const parts: Pair[][] = [];
  let room = 0;
  for (const pair of pairs) {
    const size = pair[0].numel();
    if (size > room || parts.length === 0) {
      parts.push([]);
      room = PART;
    }
    parts.at(-1)?.push(pair);
    room -= size;
  }
  return parts;
}

function unsupported(reason: string): FabricError {
  return new FabricError(
    "FABRIC_UNSUPPORTED_OPTIMIZER",
    `masterWeights and stochasticRounding cannot be used with this optimizer: ${reason}. Use another optimizer, or "bf16-mixed", whose weights are float32.`,
  );
}
