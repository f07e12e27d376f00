// Float32 copies of 16-bit weights, kept or made for one step: optimizers update those, and the weights are rounded from them.

import { warnOnce } from "@fabric/core";
import {
  autograd,
  type DType,
  empty,
  FabricError,
  isTensor,
  keep,
  type nn,
  noGrad,
  ops,
  optim,
  scope,
  type Tensor,
} from "@fabric/torch";

/** How the weights follow. */
export interface MainWeightsOptions {
  /** Keep the float32 copies between steps. */
  readonly persistent: boolean;
  /** Round to one of the two neighbours by chance, so that the mean is right, instead of to the nearest. */
  readonly stochastic: boolean;
}

type ForeachCopy = (self: readonly Tensor[], src: readonly Tensor[]) => void;
type CopyStochastic = (self: Tensor, src: Tensor) => Tensor;

/** Which gradient of the weight the float32 gradient was made from: its place in memory and how often it was written. */
interface Source {
  readonly trace: string;
  readonly widened: Tensor;
}

/** The main weights of the optimizers of one plugin. */
export class MainWeights {
  readonly #dtype: DType;
  readonly #options: MainWeightsOptions;
  /** Float32 values of weights from before they were cast. */
  readonly #originals = new WeakMap<Tensor, Tensor>();
  /** By weight: its version when it was last in agreement with its main weight. */
  readonly #agreed = new WeakMap<Tensor, number>();
  /** By main weight. */
  readonly #sources = new WeakMap<Tensor, Source>();
  readonly #optimizers: WeakRef<optim.Optimizer>[] = [];
  #isStepping = false;

  constructor(dtype: DType, options: MainWeightsOptions) {
    this.#dtype = dtype;
    this.#options = options;
  }

  /** Takes down the float32 values of weights that will train, before a cast replaces them. */
  keepOriginals(module: nn.Module): void {
    if (!this.#options.persistent) return;
    for (const parameter of module.parameters()) {
      const isWide = parameter.dtype === "float32" || parameter.dtype === "float64";
      if (!isWide || !parameter.requiresGrad || parameter.device === "meta") continue;
      // The cast gives the parameter new storage; the old one lives on here, uncopied if it is float32.
      this.#originals.set(parameter, keep(noGrad(() => parameter.data.to("float32"))));
    }
  }

  /** @throws FabricError `FABRIC_UNSUPPORTED_OPTIMIZER` for LBFGS, which moves the weights while it evaluates the closure. */
  prepare(optimizer: optim.Optimizer): void {
    if (optimizer instanceof optim.LBFGS)
      throw unsupported("LBFGS evaluates the model between its own moves of the weights");
    this.#optimizers.push(new WeakRef(optimizer));
    this.#complete(optimizer);
    optimizer.registerStepPreHook(() => {
      if (this.#isStepping) return;
      throw new FabricError(
        "FABRIC_USAGE_RAW_STEP",
        "step() was called on the optimizer itself, past Fabric, but its 16-bit weights are updated through float32 copies that only Fabric's wrapper fills. Call step() on the optimizer that fabric.setup returned.",
      );
    });
  }

  /** What is clipped: kept main weights with the gradients that the next step will use; the weights themselves otherwise. */
  mainParams(optimizer: optim.Optimizer): Tensor[] {
    this.#complete(optimizer);
    return optimizer.paramGroups.flatMap((group) =>
      group.params.map((parameter) => {
        const main = optimizer.mainParams.get(parameter);
        if (main === undefined || !this.#options.persistent) return parameter;
        this.#widenGradient(parameter, main);
        return main;
      }),
    );
  }

  /** One step: gradients widen, `invoke` updates the main weights, the weights are rounded from them. */
  step(optimizer: optim.Optimizer, invoke: () => unknown): unknown {
    this.#complete(optimizer);
    const pairs: [weight: Tensor, main: Tensor][] = [];
    try {
      for (const [weight, kept] of optimizer.mainParams) {
        if (!hasGradient(weight)) continue;
        const main = this.#options.persistent
          ? kept
          : keep(noGrad(() => scope(() => weight.detach().float())));
        if (this.#options.persistent) this.#followEdits(weight, main);
        else optimizer.mainParams.set(weight, main);
        this.#widenGradient(weight, main);
        pairs.push([weight, main]);
      }
      const versions = pairs.map(([weight]) => weight.version);
      this.#isStepping = true;
      const result = invoke();
      if (pairs.some(([weight], i) => weight.version !== versions[i]))
        throw unsupported(
          `${optimizer.constructor.name} updates its parameters itself instead of through Optimizer.step and \`mainParams\``,
        );
      this.#writeBack(pairs);
      return result;
    } finally {
      this.#isStepping = false;
      for (const [weight, main] of pairs) {
        // Not left to the collector: these are as large as the model.
        this.#dropGradient(main);
        if (this.#options.persistent) continue;
        optimizer.mainParams.set(weight, placeholder(weight));
        main.dispose();
      }
    }
  }

  /** Kept main weights by optimizer, in the order of set-up, and by the number of the parameter; empty if none are kept. */
  stateDict(): Record<string, unknown> {
    if (!this.#options.persistent) return {};
    return {
      mainParams: this.#alive().map((optimizer) => {
        this.#complete(optimizer);
        const entries: Record<string, Tensor> = {};
        numbered(optimizer).forEach((parameter, number) => {
          const main = optimizer.mainParams.get(parameter);
          if (main === undefined) return;
          // A weight that was set since the last step is what counts.
          this.#followEdits(parameter, main);
          entries[number] = main;
        });
        return entries;
      }),
    };
  }

  /** @throws FabricError `FABRIC_CHECKPOINT_MISMATCH` if it does not belong to optimizers and parameters such as are set up now. */
  loadStateDict(state: Record<string, unknown>): void {
    const saved = state["mainParams"];
    if (saved === undefined) return;
    const optimizers = this.#alive();
    if (!Array.isArray(saved) || saved.length !== optimizers.length) {
      throw mismatch(
        `it has main weights of ${Array.isArray(saved) ? saved.length : "no"} optimizers, and ${optimizers.length} are set up. Load after fabric.setup`,
      );
    }
    const copies: [weight: Tensor, main: Tensor, value: Tensor][] = [];
    optimizers.forEach((optimizer, i) => {
      this.#complete(optimizer);
      const entries = saved[i] as Record<string, unknown>;
      numbered(optimizer).forEach((parameter, number) => {
        const main = optimizer.mainParams.get(parameter);
        if (main === undefined) return;
        const value = entries[number];
        if (!isTensor(value) || value.shape.join() !== main.shape.join())
          throw mismatch(
            `parameter ${number} of optimizer ${i} has the shape [${main.shape.join(", ")}], the main weight saved for it ${isTensor(value) ? `[${value.shape.join(", ")}]` : "is missing"}`,
          );
        copies.push([parameter, main, value]);
      });
    });
    noGrad(() => {
      for (const [weight, main, value] of copies) {
        main.copy_(value);
        this.#agreed.set(weight, weight.version);
      }
    });
  }

  /** Gives a main weight to parameters that have none yet, those of groups added later as well. */
  #complete(optimizer: optim.Optimizer): void {
    const { mainParams, paramGroups } = optimizer;
    for (const group of paramGroups) {
      for (const parameter of group.params) {
        if (parameter.dtype !== this.#dtype || mainParams.has(parameter)) continue;
        mainParams.set(
          parameter,
          this.#options.persistent ? this.#firstMain(parameter) : placeholder(parameter),
        );
      }
    }
  }

  #firstMain(weight: Tensor): Tensor {
    const original = this.#originals.get(weight);
    this.#originals.delete(weight);
    this.#agreed.set(weight, weight.version);
    return keep(
      noGrad(() => (original ?? weight.detach()).to({ dtype: "float32", device: weight.device })),
    );
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

  #widenGradient(weight: Tensor, main: Tensor): void {
    // In a scope: a gradient that is held on to keeps its memory from the next step.
    scope(() => {
      const [gradient = null] = autograd.gradsOf([weight]);
      if (gradient === null) return this.#dropGradient(main);
      if (gradient.layout !== "strided") throw sparse();
      const trace = `${gradient.dataPtr()}:${gradient.version}`;
      if (this.#sources.get(main)?.trace === trace && hasGradient(main)) return;
      this.#dropGradient(main);
      const widened = keep(noGrad(() => gradient.detach().to("float32")));
      main.grad = widened;
      this.#sources.set(main, { trace, widened });
    });
  }

  #dropGradient(main: Tensor): void {
    main.grad = null;
    this.#sources.get(main)?.widened.dispose();
    this.#sources.delete(main);
  }

  #writeBack(pairs: readonly (readonly [weight: Tensor, main: Tensor])[]): void {
    if (pairs.length === 0) return;
    noGrad(() => {
      if (this.#options.stochastic) {
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
    return this.#optimizers.map((reference) => reference.deref()).filter((o) => o !== undefined);
  }
}

/** Stands for a main weight between steps: its dtype counts when state is loaded, and it takes no memory. */
function placeholder(weight: Tensor): Tensor {
  return keep(empty(weight.shape, { dtype: "float32", device: "meta" }));
}

/** Parameters in the order of their numbers in a state dict. */
function numbered(optimizer: optim.Optimizer): Tensor[] {
  return [...new Set(optimizer.paramGroups.flatMap((group) => [...group.params]))];
}

function hasGradient(tensor: Tensor): boolean {
  return scope(() => autograd.gradsOf([tensor])[0] != null);
}

function sparse(): FabricError {
  return new FabricError(
    "FABRIC_UNSUPPORTED_SPARSE",
    "masterWeights and stochasticRounding take dense gradients only, but one is sparse. Pass `sparse: false` to nn.Embedding.",
  );
}

function unsupported(reason: string): FabricError {
  return new FabricError(
    "FABRIC_UNSUPPORTED_OPTIMIZER",
    `masterWeights and stochasticRounding cannot be used with this optimizer: ${reason}. Use another optimizer, or "bf16-mixed", whose weights are float32.`,
  );
}

function mismatch(reason: string): FabricError {
  return new FabricError(
    "FABRIC_CHECKPOINT_MISMATCH",
    `The checkpoint's master weights do not fit: ${reason}. Nothing of them was loaded.`,
  );
}
