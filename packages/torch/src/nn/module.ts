// Module: the base class of every layer and model.

import { inspect } from "node:util";
import type { Device } from "../device.js";
import type { DType } from "../dtype.js";
import { FabricError, show } from "../errors.js";
import type { Tensor } from "../tensor.js";
import { tellZeroGrad } from "../zero-grad.js";
import { checkBuffer, defineBuffer } from "./module-buffer.js";
import {
  type CastTarget,
  castModule,
  emptyModule,
  type OwnCastTarget,
  parseCastTarget,
} from "./module-cast.js";
import { prepareClass } from "./module-forward.js";
import { addHook } from "./module-hooks.js";
import { checkName, lookUp } from "./module-names.js";
import { describeModule } from "./module-print.js";
import {
  createState,
  type ForwardHook,
  type ForwardPreHook,
  type FullBackwardHook,
  isModule,
  type ModuleState,
  type RemovableHandle,
  STATE,
} from "./module-state.js";
import { joinPath, ownBuffers, ownMembers, walkModules, walkParameters } from "./module-walk.js";
import { Parameter } from "./parameter.js";
import {
  type LoadReport,
  type LoadResult,
  loadModuleState,
  loadOwnEntries,
  type StateDictSource,
  saveModuleState,
  saveOwnEntries,
} from "./state-dict.js";

/**
 * Base class of layers and models. Subclasses keep parameters and other modules in fields and define `forward`,
 * which is also what callers call.
 *
 * Parameters and modules are found by themselves in public fields, and in arrays, Maps and plain objects held by
 * fields (`blocks = [new Block(), new Block()]` names them `blocks.0`, `blocks.1`). Those in `#private` fields, Sets
 * or closures are not found; the first `forward` says so if they could be trained. `#private` fields for anything
 * else work as in any class: a module is never wrapped in a Proxy.
 *
 * @example
 * ```ts
 * class Net extends nn.Module {
 *   fc1 = new nn.Linear(784, 128);
 *   fc2 = new nn.Linear(128, 10);
 *   forward(x: Tensor): Tensor {
 *     return this.fc2.forward(torch.relu(this.fc1.forward(x)));
 *   }
 * }
 * ```
 */
export class Module {
  /** State-dict names of fields that are spelled otherwise there, e.g. `{ runningMean: "running_mean" }`. */
  static readonly stateNames: Readonly<Record<string, string>> = {};

  static {
    Object.defineProperty(Module.prototype, inspect.custom, {
      value(this: Module) {
        return describeModule(this);
      },
    });
  }

  /** True between `train()` and `eval()`; layers such as Dropout read it. */
  training = true;

  constructor() {
    prepareClass(new.target);
    Object.defineProperty(this, STATE, { value: createState() });
  }

  /**
   * Computes the output; every subclass defines its own signature.
   *
   * @throws FabricError `FABRIC_USAGE_FORWARD` when a class forgot to define it.
   */
  forward(..._args: unknown[]): unknown {
    throw new FabricError(
      "FABRIC_USAGE_FORWARD",
      `\`${this.constructor.name}\` defines no forward method. Add \`forward(x) { ... }\` to the class.`,
    );
  }

  // -- contents ------------------------------------------------------------------------------------------------

  /** Every parameter once, in state-dict order. */
  parameters(): Parameter[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  /** Dotted names and parameters in state-dict order; a tied parameter appears once, unless `removeDuplicate` is false. */
  namedParameters({
    prefix = "",
    recurse = true,
    removeDuplicate = true,
  }: NamedOptions & { recurse?: boolean } = {}): [name: string, parameter: Parameter][] {
    if (!recurse) {
      return ownMembers(this).parameters.map(([name, parameter]) => [
        joinPath(prefix, name),
        parameter,
      ]);
    }
    const found: [string, Parameter][] = [];
    walkParameters(
      this,
      (path, parameter) => found.push([path, parameter]),
      prefix,
      removeDuplicate,
    );
    return found;
  }

  /** Every buffer once. */
  buffers(): Tensor[] {
    return this.namedBuffers().map(([, buffer]) => buffer);
  }

  /** Dotted names and buffers, those outside the state dict included. */
  namedBuffers({
    prefix = "",
    removeDuplicate = true,
  }: NamedOptions = {}): [name: string, buffer: Tensor][] {
    const found: [string, Tensor][] = [];
    const seen = new Set<Tensor>();
    walkModules(
      this,
      (path, module) => {
        for (const [name, buffer] of ownBuffers(module, false)) {
          if (removeDuplicate && seen.has(buffer)) continue;
          seen.add(buffer);
          found.push([joinPath(path, name), buffer]);
        }
      },
      prefix,
      removeDuplicate,
    );
    return found;
  }

  /** The modules held directly. */
  children(): Module[] {
    return this.namedChildren().map(([, child]) => child);
  }

  /** Names and modules held directly, each module once. */
  namedChildren(): [name: string, child: Module][] {
    const found = new Map<Module, string>();
    for (const { name, value } of ownMembers(this).items) {
      if (isModule(value) && !found.has(value)) found.set(value, name);
    }
    return [...found].map(([child, name]) => [name, child]);
  }

  /** This module and every one below it, parents first, each once. */
  modules(): Module[] {
    return this.namedModules().map(([, module]) => module);
  }

  /** Dotted names and modules, this one first under `prefix` (by default the empty name). */
  namedModules({
    prefix = "",
    removeDuplicate = true,
  }: NamedOptions = {}): [name: string, module: Module][] {
    const found: [string, Module][] = [];
    walkModules(this, (path, module) => found.push([path, module]), prefix, removeDuplicate);
    return found;
  }

  /** The module at a dotted path such as `"blocks.0.ln1"`. @throws FabricError `FABRIC_USAGE_NO_SUCH_NAME` */
  getSubmodule(path: string): Module {
    return lookUp(this, "module", path, this.namedModules({ removeDuplicate: false }));
  }

  /** The parameter at a dotted path. @throws FabricError `FABRIC_USAGE_NO_SUCH_NAME` */
  getParameter(path: string): Parameter {
    return lookUp(this, "parameter", path, this.namedParameters({ removeDuplicate: false }));
  }

  /** The buffer at a dotted path. @throws FabricError `FABRIC_USAGE_NO_SUCH_NAME` */
  getBuffer(path: string): Tensor {
    return lookUp(this, "buffer", path, this.namedBuffers({ removeDuplicate: false }));
  }

  // -- registration --------------------------------------------------------------------------------------------

  /**
   * Makes `this[name]` a buffer: moved and cast with the module, saved unless `persistent` is false, never trained.
   * The tensor outlives `torch.scope`, also one assigned to the field later.
   */
  registerBuffer(
    name: string,
    tensor: Tensor | null,
    { persistent = true }: { persistent?: boolean } = {},
  ): void {
    checkName(this, Module.prototype, name);
    this[STATE].buffers.set(name, { tensor: checkBuffer(name, tensor), persistent });
    defineBuffer(this, name);
  }

  /** Makes `this[name]` a parameter, or reserves the name with null; the same as assigning the field. */
  registerParameter(name: string, parameter: Parameter | null): void {
    checkName(this, Module.prototype, name);
    if (parameter !== null && !(parameter instanceof Parameter)) {
      throw new FabricError(
        "FABRIC_CONFIG_PARAMETER",
        `Expected an nn.Parameter or null for \`${name}\` but received ${show(parameter)}. Wrap a tensor with new nn.Parameter(tensor).`,
      );
    }
    (this as unknown as Record<string, unknown>)[name] = parameter;
  }

  /** Runs `hook(module, args)` before each outermost `forward`; an array it returns replaces the arguments. */
  registerForwardPreHook(hook: ForwardPreHook): RemovableHandle {
    return addHook(this, "pre", hook);
  }

  /**
   * Runs `hook(module, gradInput, gradOutput)` when backward has reached the module's arguments; an array it returns
   * replaces their gradients. The output must be a tensor or an array; backward then runs on the calling thread.
   */
  registerFullBackwardHook(hook: FullBackwardHook): RemovableHandle {
    return addHook(this, "backward", hook);
  }

  /** Runs `hook(module, args, output)` after each outermost `forward`; what it returns replaces the output. */
  registerForwardHook(hook: ForwardHook): RemovableHandle {
    return addHook(this, "post", hook);
  }

  // -- state dict ----------------------------------------------------------------------------------------------

  /**
   * Every parameter and persistent buffer under PyTorch's name. The tensors share storage with the module and are
   * detached, unless `keepVars` asks for the parameters themselves.
   */
  stateDict({
    prefix = "",
    keepVars = false,
  }: {
    prefix?: string;
    keepVars?: boolean;
  } = {}): Record<string, Tensor> {
    const entries: Record<string, Tensor> = {};
    saveModuleState(this, entries, prefix.replace(/\.$/, ""), keepVars);
    return entries;
  }

  /**
   * Copies a state dict into the module. Everything is checked before the first tensor changes. With `assign` the
   * dictionary's tensors replace the content (dtype and device included) of the same Parameter objects.
   *
   * A `LazyStateDict`, such as `safetensors.openSharded(folder)`, is read module by module: besides the module, memory holds the
   * tensors of one layer. With `assign` its tensors are copied, so that no file stays mapped.
   *
   * @throws FabricError `FABRIC_CHECKPOINT_SHAPE` if an entry does not fit, `FABRIC_CHECKPOINT_KEYS` if names are
   * missing or unexpected and `strict` (the default) holds, `FABRIC_CHECKPOINT_STATE_DICT` if a value is no tensor.
   */
  loadStateDict(
    stateDict: StateDictSource,
    { strict = true, assign = false }: { strict?: boolean; assign?: boolean } = {},
  ): LoadResult {
    return loadModuleState(this, stateDict, strict, assign);
  }

  /** Adds this module's own entries under `prefix` (ends in a dot, or is empty); override to save something else. */
  saveOwnState(into: Record<string, Tensor>, prefix: string, keepVars: boolean): void {
    saveOwnEntries(this, into, prefix, keepVars);
  }

  /**
   * Matches this module's own entries under `prefix` and queues the copies in `report`; the reverse of `saveOwnState`. With a lazy dictionary it
   * is called twice, once only to check, each time in a `torch.scope` of its own: plain tensors that the module holds on to must be kept.
   */
  loadOwnState(source: ReadonlyMap<string, Tensor>, prefix: string, report: LoadReport): void {
    loadOwnEntries(this, source, prefix, report);
  }

  /**
   * State that is no parameter or buffer, as a tensor of bytes or numbers, saved under `_extra_state`. Override it together with
   * `setExtraState`; what it returns by default, undefined, saves nothing.
   */
  getExtraState(): Tensor | undefined {
    return undefined;
  }

  /** Takes what `getExtraState` returned, once everything in a state dict was found to fit. A module that overrides only the other one ignores it. */
  setExtraState(_state: Tensor): void {}

  // -- mode, dtype, device -------------------------------------------------------------------------------------

  /** Sets training mode here and below. */
  train(mode = true): this {
    for (const module of this.modules()) module.training = mode;
    return this;
  }

  /** Sets evaluation mode here and below. */
  eval(): this {
    return this.train(false);
  }

  /** Calls `fn` with every module, children before their parent. */
  apply(fn: (module: Module) => void): this {
    for (const child of this.children()) child.apply(fn);
    fn(this);
    return this;
  }

  /** Makes every parameter collect gradients, or not. */
  requiresGrad_(requiresGrad = true): this {
    for (const parameter of this.parameters()) parameter.requiresGrad = requiresGrad;
    return this;
  }

  /** Forgets every gradient, or fills it with zeros. */
  zeroGrad({ setToNone = true }: { setToNone?: boolean } = {}): void {
    const parameters = this.parameters();
    tellZeroGrad(parameters);
    for (const parameter of parameters) {
      const gradient = parameter.grad;
      if (gradient === null) continue;
      if (setToNone) parameter.grad = null;
      else gradient.detach().zero_();
    }
  }

  /**
   * Casts and moves in place: the Parameter objects stay the same, so optimizers made before stay valid.
   * Only real floating tensors are cast.
   */
  to(target: DType | Device | Tensor | CastTarget, second?: DType | CastTarget): this {
    castModule(this, parseCastTarget(target, second));
    return this;
  }

  /** Casts real floating tensors to float32. */
  float(): this {
    return this.to("float32");
  }

  /** Casts real floating tensors to float64. */
  double(): this {
    return this.to("float64");
  }

  /** Casts real floating tensors to float16. */
  half(): this {
    return this.to("float16");
  }

  /** Casts real floating tensors to bfloat16. */
  bfloat16(): this {
    return this.to("bfloat16");
  }

  /** Moves to the CPU. */
  cpu(): this {
    return this.to("cpu");
  }

  /** Moves to a CUDA device, the current one by default. */
  cuda(index?: number): this {
    return this.to(index === undefined ? "cuda" : `cuda:${index}`);
  }

  /** Moves to `device` without copying: every tensor is left uninitialised. For modules built on the meta device. */
  toEmpty({ device }: { device: Device }): this {
    emptyModule(this, device);
    return this;
  }

  /**
   * Called for each module by `to` and `toEmpty`, before its tensors are cast and moved. A layer that stores a weight in a form of its own
   * overrides it, does there what the target asks of that weight (packs it when it reaches a device, moves it packed), and returns the
   * parameters and buffers that it has taken care of, which are then left alone. Runs without recording, children after their parent.
   */
  castOwnState(_target: OwnCastTarget): Iterable<Tensor> {
    return [];
  }

  /** What stands between the parentheses when the module is printed. */
  extraRepr(): string {
    return "";
  }

  /** The module tree, one line each. */
  toString(): string {
    return describeModule(this);
  }
}

/** Bookkeeping that the constructor defines, as a property that is not enumerable. */
export interface Module {
  /** Hooks and buffers. @internal */
  readonly [STATE]: ModuleState;
}

/** Options of the listing methods. */
export interface NamedOptions {
  /** Put before every name. */
  prefix?: string;
  /** List what is reachable under several names once (the default). */
  removeDuplicate?: boolean;
}
