// L-BFGS with a strong-Wolfe line search (Nocedal and Wright 2006, algorithms 3.5, 3.6 and 7.4).

import { enableGrad, noGrad } from "../contexts.js";
import { FabricError } from "../errors.js";
import { cat, zerosLike } from "../generated/functions.js";
import { keep, scope } from "../scope.js";
import { gradsOf, isTensor, type Tensor } from "../tensor.js";
import type { Bucket } from "./bucket.js";
import { type Memory, memoryFromState, memoryToState, replace } from "./lbfgs-memory.js";
import { type Closure, Optimizer, type OptimizerStateDict, type ParamState } from "./optimizer.js";
import { checkNumber, type ParamGroup, type ParamsInput } from "./param-group.js";
import { strongWolfe } from "./strong-wolfe.js";

/** Options of {@link LBFGS}. */
export interface LBFGSOptions {
  /** Default 1. */
  lr?: number;
  /** Most iterations a step. Default 20. */
  maxIter?: number;
  /** Most evaluations a step. Default `maxIter * 5 / 4`. */
  maxEval?: number | null;
  /** Stop when no gradient element is larger. Default 1e-7. */
  toleranceGrad?: number;
  /** Stop when loss and parameters change less. Default 1e-9. */
  toleranceChange?: number;
  /** Pairs of the past that are kept. Default 100. */
  historySize?: number;
  /** `"strong_wolfe"` or none (default). */
  lineSearchFn?: "strong_wolfe" | null;
}

type Complete = Required<LBFGSOptions>;

/** Quasi-Newton method that evaluates the loss several times a step: {@link LBFGS.step} needs a closure. One group only. */
export class LBFGS extends Optimizer<Complete> {
  #memory: Memory | undefined;

  constructor(params: ParamsInput<Complete>, options: LBFGSOptions = {}) {
    const maxIter = options.maxIter ?? 20;
    super(params, {
      lr: 1,
      maxIter,
      toleranceGrad: 1e-7,
      toleranceChange: 1e-9,
      historySize: 100,
      lineSearchFn: null,
      ...options,
      // A number from the start, as PyTorch's state dicts have it.
      maxEval: options.maxEval ?? Math.floor((maxIter * 5) / 4),
    });
    if (this.paramGroups.length !== 1)
      throw new FabricError(
        "FABRIC_CONFIG_OPTIMIZER",
        "LBFGS: takes one group of parameters only.",
      );
  }

  protected override checkGroup(group: ParamGroup<Complete>): void {
    checkNumber("LBFGS", "lr", group.lr, (v) => v > 0, "a number > 0");
    checkNumber(
      "LBFGS",
      "maxIter",
      group.maxIter,
      (v) => Number.isInteger(v) && v >= 1,
      "an integer >= 1",
    );
    checkNumber(
      "LBFGS",
      "historySize",
      group.historySize,
      (v) => Number.isInteger(v) && v >= 1,
      "an integer >= 1",
    );
  }

  protected override initialState(): ParamState {
    return {};
  }

  protected override update(_bucket: Bucket, _group: ParamGroup<Complete>): void {}

  /** The state in PyTorch's layout: all of it under the first parameter. */
  override stateDict(): OptimizerStateDict {
    const { param_groups } = super.stateDict();
    const memory = this.#memory;
    return { state: memory === undefined ? {} : { 0: memoryToState(memory) }, param_groups };
  }
  override loadStateDict(stateDict: OptimizerStateDict): void {
    super.loadStateDict(stateDict);
    this.state.clear();
    const entry = stateDict.state[0];
    const [first] = this.#params;
    this.#memory =
      entry === undefined || first === undefined ? undefined : memoryFromState(entry, first);
  }

  get #params(): readonly Tensor[] {
    return (this.paramGroups[0] as ParamGroup<Complete>).params;
  }

  #flatGrad(): Tensor {
    const grads = gradsOf(this.#params);
    return cat(this.#params.map((p, i) => (grads[i] ?? zerosLike(p)).reshape([-1])));
  }

  /** Moves every parameter along its part of `direction`. */
  #move(direction: Tensor, t: number): void {
    let at = 0;
    for (const p of this.#params) {
      const size = p.numel();
      p.add_(direction.narrow(0, at, size).view(p.shape), { alpha: t });
      at += size;
    }
  }

  #set(values: readonly Tensor[]): void {
    this.#params.forEach((p, i) => {
      p.copy_(values[i] as Tensor);
    });
  }

  /**
   * One step of up to `maxIter` iterations. @returns the loss at the start, as the closure gave it.
   * @throws FabricError `FABRIC_USAGE_CLOSURE` without a closure.
   */
  override step(): undefined;
  override step<T>(closure: Closure<T>): T;
  override step<T>(closure?: Closure<T>): T | undefined {
    if (closure === undefined)
      throw new FabricError(
        "FABRIC_USAGE_CLOSURE",
        "LBFGS: step needs a closure that zeroes the gradients, computes the loss, calls backward and returns the loss.",
      );
    const evaluate = (): { value: T; loss: number } => {
      const value = enableGrad(closure);
      return { value, loss: isTensor(value) ? value.item() : Number(value) };
    };
    const first = evaluate();
    noGrad(() => scope(() => this.#iterate(first.loss, () => evaluate().loss)));
    return first.value;
  }

  #iterate(startLoss: number, evaluate: () => number): void {
    const { lr, maxIter, toleranceGrad, toleranceChange, historySize, lineSearchFn } = this
      .paramGroups[0] as ParamGroup<Complete>;
    const maxEval =
      (this.paramGroups[0] as ParamGroup<Complete>).maxEval ?? Math.floor((maxIter * 5) / 4);
    let loss = startLoss;
    let evaluations = 1;
    let flatGrad = this.#flatGrad();
    if (flatGrad.abs().max().item() <= toleranceGrad) return;
    for (let n = 1; ; n++) {
      const memory = this.#direction(flatGrad, historySize);
      const { direction } = memory;
      memory.prevFlatGrad = replace(memory.prevFlatGrad, flatGrad);
      memory.prevLoss = loss;
      memory.t = memory.iterations === 1 ? Math.min(1, 1 / flatGrad.abs().sum().item()) * lr : lr;
      const slope = flatGrad.dot(direction).item();
      if (slope > -toleranceChange) break;
      let spent = 0;
      if (lineSearchFn === "strong_wolfe") {
        const start = this.#params.map((p) => p.clone());
        const result = strongWolfe({
          evaluate: (t) => {
            this.#move(direction, t);
            const at = evaluate();
            const gradient = this.#flatGrad();
            this.#set(start);
            return { loss: at, gradient };
          },
          t: memory.t,
          direction,
          loss,
          gradient: flatGrad,
          slope,
          toleranceChange,
        });
        ({ loss, gradient: flatGrad, t: memory.t } = result);
        spent = result.evaluations;
        this.#move(direction, memory.t);
      } else {
        this.#move(direction, memory.t);
        if (n !== maxIter) {
          loss = evaluate();
          flatGrad = this.#flatGrad();
          spent = 1;
        }
      }
      evaluations += spent;
      memory.evaluations += spent;
      if (n === maxIter || evaluations >= maxEval) break;
      if (flatGrad.abs().max().item() <= toleranceGrad) break;
      if (direction.mul(memory.t).abs().max().item() <= toleranceChange) break;
      if (Math.abs(loss - memory.prevLoss) < toleranceChange) break;
    }
  }

  /** The next direction by the two-loop recursion. */
  #direction(flatGrad: Tensor, historySize: number): Memory {
    let memory = this.#memory;
    if (memory === undefined) {
      memory = {
        direction: keep(flatGrad.neg()),
        t: 0,
        oldDirs: [],
        oldSteps: [],
        ro: [],
        hDiag: 1,
        prevFlatGrad: keep(flatGrad.clone()),
        prevLoss: 0,
        iterations: 1,
        evaluations: 0,
      };
      this.#memory = memory;
      return memory;
    }
    memory.iterations++;
    const y = flatGrad.sub(memory.prevFlatGrad);
    const s = memory.direction.mul(memory.t);
    const ys = y.dot(s).item();
    if (ys > 1e-10) {
      if (memory.oldDirs.length === historySize) {
        memory.oldDirs.shift()?.dispose();
        memory.oldSteps.shift()?.dispose();
        memory.ro.shift();
      }
      memory.oldDirs.push(keep(y));
      memory.oldSteps.push(keep(s));
      memory.ro.push(1 / ys);
      memory.hDiag = ys / y.dot(y).item();
    }
    const { oldDirs, oldSteps, ro } = memory;
    const q = flatGrad.neg();
    const al: number[] = new Array<number>(oldDirs.length).fill(0);
    for (let i = oldDirs.length - 1; i >= 0; i--) {
      al[i] = (oldSteps[i] as Tensor).dot(q).item() * (ro[i] as number);
      q.add_(oldDirs[i] as Tensor, { alpha: -(al[i] as number) });
    }
    const r = q.mul(memory.hDiag);
    for (let i = 0; i < oldDirs.length; i++) {
      const be = (oldDirs[i] as Tensor).dot(r).item() * (ro[i] as number);
      r.add_(oldSteps[i] as Tensor, { alpha: (al[i] as number) - be });
    }
    memory.direction = replace(memory.direction, r);
    return memory;
  }
}
