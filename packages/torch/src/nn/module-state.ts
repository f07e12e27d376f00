// What every Module keeps about itself, under one symbol so that no field name of a user can collide with it.

import type { Tensor } from "../tensor.js";
import type { Module } from "./module.js";

/** Key of a module's bookkeeping; not enumerable, so neither walks nor printing see it. @internal */
export const STATE: unique symbol = Symbol("fabric.nn.state");

/** Removes what a `register...` call added; removing twice does nothing. */
export interface RemovableHandle {
  /** Takes the hook away. */
  remove(): void;
}

/**
 * Called before `forward` with the module and its arguments.
 * Returning an array replaces the arguments, returning nothing leaves them.
 */
export type ForwardPreHook = (module: Module, args: readonly unknown[]) => unknown;

/**
 * Called after `forward` with the module, the arguments and the result.
 * Returning anything but `undefined` replaces the result.
 */
export type ForwardHook = (module: Module, args: readonly unknown[], output: unknown) => unknown;

/**
 * Called when the gradients of a module's arguments are known: one entry per argument (null for those without), and one
 * per output tensor. Returning an array replaces the gradients of the arguments.
 */
export type FullBackwardHook = (
  module: Module,
  gradInput: readonly (Tensor | null)[],
  gradOutput: readonly (Tensor | null)[],
  // biome-ignore lint/suspicious/noConfusingVoidType: a hook that only looks returns nothing
) => readonly (Tensor | null)[] | undefined | void;

/** A registered buffer: its tensor, and whether the state dict carries it. @internal */
export interface BufferEntry {
  tensor: Tensor | null;
  persistent: boolean;
}

/** Hooks of one module; absent until the first is registered, so that a module without hooks pays one check. @internal */
export interface HookLists {
  pre: ForwardPreHook[];
  post: ForwardHook[];
  backward: FullBackwardHook[];
}

/** Bookkeeping of one module. @internal */
export interface ModuleState {
  /** True while this module's outermost `forward` runs: `super.forward` inside must not run hooks again. */
  active: boolean;
  /** Of a root: the modules that may run inside its `forward`; null until it first ran as a root. */
  allowed: WeakSet<ModuleState> | null;
  /** The root inside whose `forward` this module was last found to be allowed. */
  root: ModuleState | null;
  hooks: HookLists | null;
  /** What stands in its place and has its hooks, so that their handles remove them there too. */
  replacedBy: Module | null;
  readonly buffers: Map<string, BufferEntry>;
}

/** A fresh bookkeeping record. @internal */
export function createState(): ModuleState {
  return {
    active: false,
    allowed: null,
    root: null,
    hooks: null,
    replacedBy: null,
    buffers: new Map(),
  };
}

/** True for any Module, also one seen through a wrapper object. @internal */
export function isModule(value: unknown): value is Module {
  return typeof value === "object" && value !== null && STATE in value;
}
