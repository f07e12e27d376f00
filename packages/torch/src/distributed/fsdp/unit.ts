// A unit: the parameters of one module that are gathered and given back together.

import type { Handle } from "../../binding.js";
import { outsideInferenceMode } from "../../contexts.js";
import type { DType } from "../../dtype.js";
import type { Module } from "../../nn/module.js";
import { scope } from "../../scope.js";
import { gradsOf, onGradAccumulated, Tensor } from "../../tensor.js";
import { type FullParameter, FullStorage } from "./full-storage.js";
import { Gathering } from "./gather.js";
import type { ShardGroup } from "./group.js";
import type { MixedPrecisionPolicy } from "./policy.js";
import { Reduction, type Trained } from "./reduce.js";
import type { ShardedParameter } from "./sharded-parameter.js";

/** What happens to a unit, in the order it happens; for tests and traces. */
export type UnitEvent = "gather" | "wait" | "release" | "reduce" | "reduced";

/** What a unit is made of. @internal */
export interface UnitParts {
  readonly module: Module;
  readonly name: string;
  readonly parameters: readonly ShardedParameter[];
  readonly group: ShardGroup;
  readonly policy: MixedPrecisionPolicy;
  /** Undefined leaves it to whether the module is the outermost. */
  readonly reshardAfterForward: boolean | undefined;
}

/** The gathering and giving back of one module's parameters, and the averaging of their gradients. @internal */
export class Unit {
  readonly module: Module;
  name: string;
  readonly parameters: readonly ShardedParameter[];
  readonly group: ShardGroup;
  readonly policy: MixedPrecisionPolicy;
  reshardAfterForward: boolean | undefined;
  /** Whether gradients are averaged at the end of a backward pass, or left to add up in the gathered leaves. */
  synchronises = true;
  /** True while the module's forward runs. */
  active = false;
  /** Called when every trained parameter got its gradient in a backward pass. */
  onGradients: (() => void) | null = null;
  /** Told what happens. */
  observer: ((event: UnitEvent, unit: Unit) => void) | null = null;
  #storage: FullStorage | null = null;
  #gathering: Gathering | null = null;
  #reductions: Reduction[] = [];
  #installed: Handle[] | null = null;
  #accumulated = new Set<number>();
  /** Parameters whose gathered leaf has a gradient of a pass that did not average. */
  readonly #unaveraged = new Set<number>();

  constructor({ module, name, parameters, group, policy, reshardAfterForward }: UnitParts) {
    this.module = module;
    this.name = name;
    this.parameters = parameters;
    this.group = group;
    this.policy = policy;
    this.reshardAfterForward = reshardAfterForward;
  }

  /** Whether the gathered parameters are in memory. */
  get isFull(): boolean {
    return this.#storage?.held === true && this.#gathering === null;
  }

  /** Starts to gather, unless that was done. */
  prefetch(): void {
    if (this.#storage?.held === true || this.#gathering !== null) return;
    this.observer?.("gather", this);
    this.#gathering = new Gathering(this.parameters, this.group);
  }

  /** Returns when the gathered parameters are there. */
  gather(): void {
    if (this.#storage?.held === true) return;
    this.prefetch();
    const gathering = this.#gathering as unknown as Gathering;
    this.#gathering = null;
    this.observer?.("wait", this);
    const storage = this.#full();
    storage.allocate();
    gathering.finish(this.parameters, storage.parameters);
  }

  /** Gives the gathered parameters back; a gathering under way is waited for. */
  release(): void {
    this.#gathering?.drop();
    this.#gathering = null;
    if (this.#storage?.held !== true) return;
    this.observer?.("release", this);
    this.#storage.release();
  }

  /** Lets the parameter objects stand for the gathered parameters. Must be gathered. */
  install(): void {
    if (this.#installed !== null) return;
    this.#installed = this.parameters.map(({ parameter }, i) => {
      const { leaf } = this.#leaf(i);
      const { requiresGrad } = parameter;
      if (leaf.requiresGrad !== requiresGrad) leaf.requiresGrad = requiresGrad;
      const shard = Tensor.handleOf(parameter);
      Tensor.rehandle(parameter, Tensor.handleOf(leaf));
      return shard;
    });
  }

  /** Lets the parameter objects stand for the shards again. */
  uninstall(): void {
    const shards = this.#installed;
    this.#installed = null;
    shards?.forEach((shard, i) => {
      Tensor.rehandle((this.parameters[i] as ShardedParameter).parameter, shard);
    });
  }

  /** Notes that a parameter has its gradient of this backward pass. */
  noteGradient(i: number): void {
    this.#accumulated.add(i);
    if (!this.synchronises) this.#unaveraged.add(i);
    if (this.gradientsComplete) this.onGradients?.();
  }

  /** Whether every trained parameter got its gradient in this backward pass. */
  get gradientsComplete(): boolean {
    return this.#trained().every((i) => this.#accumulated.has(i));
  }

  /** Whether a gathered leaf holds a gradient that was not averaged yet. */
  get holdsGradients(): boolean {
    if (this.#storage === null) return false;
    return scope(() =>
      gradsOf(this.parameters.map((_, i) => this.#leaf(i).leaf)).some((each) => each !== null),
    );
  }

  /** Name of a parameter if it has a gradient that was left to add up, else null. */
  unaveragedName(parameter: Tensor): string | null {
    for (const i of this.#unaveraged) {
      const found = this.parameters[i] as ShardedParameter;
      if (found.parameter === parameter) return found.name;
    }
    return null;
  }

  /** Forgets the gradient of a parameter that was left to add up. */
  dropUnaveraged(parameter: Tensor): void {
    for (const i of this.#unaveraged) {
      if (this.parameters[i]?.parameter !== parameter) continue;
      this.#unaveraged.delete(i);
      this.#leaf(i).leaf.grad = null;
    }
  }

  /** Starts to average the gradients. */
  reduce(): void {
    const trained = this.#trained().map(
      (i): Trained => ({ sharded: this.parameters[i] as ShardedParameter, full: this.#leaf(i) }),
    );
    if (trained.length === 0) return;
    this.#unaveraged.clear();
    this.observer?.("reduce", this);
    this.#reductions.push(new Reduction(trained, this.group, this.#reduceDtype(trained)));
  }

  /** Returns when the averaged gradients are in those of the shards. */
  finishReductions(): void {
    const pending = this.#reductions;
    this.#reductions = [];
    for (const reduction of pending) {
      reduction.finish();
      this.observer?.("reduced", this);
    }
  }

  /** Forgets reductions under way, and gradients of the leaves, after a backward pass that threw. */
  dropGradients(): void {
    const pending = this.#reductions;
    this.#reductions = [];
    for (const reduction of pending) reduction.drop();
    this.#unaveraged.clear();
    if (this.#storage === null) return;
    this.parameters.forEach((_, i) => {
      this.#leaf(i).leaf.grad = null;
    });
  }

  /** The next backward pass counts gradients anew. */
  endBackward(): void {
    this.#accumulated.clear();
  }

  /** Numbers of the parameters that are trained, as the gathered leaves know it. */
  #trained(): number[] {
    return this.parameters.flatMap((_, i) => (this.#leaf(i).leaf.requiresGrad ? [i] : []));
  }

  #reduceDtype(trained: readonly Trained[]): DType {
    const { reduceDtype } = this.policy;
    if (reduceDtype !== undefined) return reduceDtype;
    const dtypes = new Set(trained.map(({ sharded }) => sharded.gatherDtype));
    // Of several the widest, which holds all.
    for (const dtype of ["complex128", "complex64", "float64", "float32"] as const)
      if (dtypes.has(dtype)) return dtype;
    return dtypes.size > 1 ? "float32" : ((trained[0] as Trained).sharded.gatherDtype as DType);
  }

  #leaf(i: number): FullParameter {
    return this.#full().parameters[i] as FullParameter;
  }

  /** Made at the first gathering: parameters that were sharded on the meta device have a device by then. */
  #full(): FullStorage {
    if (this.#storage !== null) return this.#storage;
    const { device } = (this.parameters[0] as ShardedParameter).parameter;
    const storage = outsideInferenceMode(
      () => new FullStorage(this.parameters, this.group.size, device, this.name),
    );
    this.#storage = storage;
    const weak = new WeakRef<Unit>(this);
    storage.parameters.forEach(({ leaf }, i) => {
      onGradAccumulated(leaf, noteOf(weak, i));
    });
    return storage;
  }
}

/** libtorch holds the callback with the leaf, which the unit holds: a strong reference back would keep all of them for ever. */
function noteOf(unit: WeakRef<Unit>, i: number): () => void {
  return () => unit.deref()?.noteGradient(i);
}
