// How a worker thread makes a data set or a function: objects of classes cannot be sent to a thread, only told how to be made.

import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

import { FabricError, show } from "../../errors.js";
import { ConcatDataset } from "../concat-dataset.js";
import type { DataSource, MapDataset } from "../dataset.js";
import { Subset } from "../subset.js";
import { TensorDataset } from "../tensor-dataset.js";
import { prepareTypeScript } from "./typescript.js";

/** An export of a module, for what a worker has to import: a function can not be sent to a thread. */
export interface ModuleFunction {
  /** The module: `new URL("./augment.js", import.meta.url)`, or an absolute path. */
  readonly module: URL | string;
  /** Name of the export; default `"default"`. */
  readonly name?: string | undefined;
}

/** What a worker is told; its tensors are shared, its functions imported. @internal */
export type Recipe =
  | {
      readonly kind: "module";
      readonly url: string;
      readonly name: string;
      readonly args: unknown[];
    }
  | { readonly kind: "tensors"; readonly tensors: readonly unknown[] }
  | { readonly kind: "subset"; readonly dataset: Recipe; readonly indices: readonly number[] }
  | { readonly kind: "concat"; readonly datasets: readonly Recipe[] }
  | { readonly kind: "array"; readonly samples: readonly unknown[] };

const recipes = new WeakMap<object, Recipe>();

/** A class of data sets. */
// biome-ignore lint/suspicious/noExplicitAny: parameters of any class
export type DataClass = new (...args: any[]) => DataSource<any>;

/**
 * A data set that worker threads can make themselves: an export of a module, and what it is called with.
 *
 * It is made here at once (its length is needed), and once more in every worker. A class is constructed, a function called. `args` are cloned
 * for each worker, but tensors among them share their memory with this thread.
 *
 * @param module - `new URL("./digits.js", import.meta.url)`, or an absolute path.
 * @param exported - the class that this module exports under its own name, imported; or the name of an export, `"default"` for the default
 * one, which then is loaded here by `require`: that works for JavaScript, and for TypeScript where Node runs it by itself.
 * @param args - an array of arguments; anything else is one argument.
 * @throws FabricError `FABRIC_CONFIG_MODULE` if the module cannot be loaded or lacks the export.
 * @example
 * import { Digits } from "./digits.js";
 * const digits = data.fromModule(new URL("./digits.js", import.meta.url), Digits, [{ train: true }]);
 * const loader = new data.DataLoader(digits, { batchSize: 64, numWorkers: 2 });
 */
export function fromModule<C extends DataClass>(
  module: URL | string,
  exported: C,
  args?: ConstructorParameters<C>,
): InstanceType<C>;
export function fromModule<D extends DataSource<unknown> = MapDataset<unknown>>(
  module: URL | string,
  exported: string,
  args?: unknown,
): D;
export function fromModule(
  module: URL | string,
  exported: DataClass | string,
  args?: unknown,
): DataSource<unknown> {
  const url = moduleUrl("data.fromModule", module);
  const name = typeof exported === "string" ? exported : exported?.name;
  if (typeof name !== "string" || name === "")
    throw moduleError(
      `data.fromModule: expected an exported class, or the name of an export, but received ${show(exported)}`,
    );
  const list = args === undefined ? [] : Array.isArray(args) ? args : [args];
  const value = typeof exported === "string" ? importNow(url, name) : exported;
  const made = construct(value, name, list);
  if (typeof made !== "object" || made === null || "then" in made) {
    throw moduleError(
      `the export \`${name}\` of ${url} gave ${show(made)}; a data set must be made at once, not by a promise`,
    );
  }
  recipes.set(made, { kind: "module", url, name, args: list });
  return made as DataSource<unknown>;
}

/**
 * How workers make a data set: told by {@link fromModule}, or known for tensors, arrays and what is made of those.
 *
 * @throws FabricError `FABRIC_CONFIG_WORKER_DATASET` for any other data set. @internal
 */
export function recipeOf(dataset: unknown): Recipe {
  const known = typeof dataset === "object" && dataset !== null ? recipes.get(dataset) : undefined;
  if (known !== undefined) return known;
  if (Array.isArray(dataset)) return { kind: "array", samples: dataset };
  if (isExactly(dataset, TensorDataset)) return { kind: "tensors", tensors: dataset.tensors };
  if (isExactly(dataset, Subset))
    return { kind: "subset", dataset: recipeOf(dataset.dataset), indices: [...dataset.indices] };
  if (isExactly(dataset, ConcatDataset))
    return { kind: "concat", datasets: dataset.datasets.map(recipeOf) };
  const name = (dataset as object | null)?.constructor?.name ?? typeof dataset;
  throw new FabricError(
    "FABRIC_CONFIG_WORKER_DATASET",
    `DataLoader: with \`numWorkers\` every worker thread makes the data set itself, and ${name} does not say how. ` +
      `Export it from a module and pass data.fromModule(new URL("./file.js", import.meta.url), "${name}", [arguments]), or use numWorkers: 0.`,
  );
}

/** Follows a recipe, in the worker. @internal */
export async function make(recipe: Recipe): Promise<DataSource<unknown>> {
  switch (recipe.kind) {
    case "module": {
      const exported = await importExport(recipe.url, recipe.name);
      return (await construct(exported, recipe.name, recipe.args)) as DataSource<unknown>;
    }
    case "tensors":
      return new TensorDataset(...(recipe.tensors as never[]));
    case "subset":
      return new Subset((await make(recipe.dataset)) as MapDataset<unknown>, recipe.indices);
    case "concat":
      return new ConcatDataset(
        (await Promise.all(recipe.datasets.map(make))) as MapDataset<unknown>[],
      );
    case "array":
      return recipe.samples;
  }
}

/** A reference to a function of a module as it is posted. @throws FabricError `FABRIC_CONFIG_MODULE`. @internal */
export function functionRecipe(
  who: string,
  reference: ModuleFunction,
): { url: string; name: string } {
  return { url: moduleUrl(who, reference.module), name: reference.name ?? "default" };
}

/** Whether a value names a function of a module. @internal */
export function isModuleFunction(value: unknown): value is ModuleFunction {
  if (typeof value !== "object" || value === null) return false;
  const { module, name } = value as Partial<ModuleFunction>;
  return (
    (typeof module === "string" || module instanceof URL) &&
    (name === undefined || typeof name === "string")
  );
}

/** Imports a function, in the worker. @internal */
export async function importFunction<F>({ url, name }: { url: string; name: string }): Promise<F> {
  const found = await importExport(url, name);
  if (typeof found === "function") return found as F;
  throw moduleError(`the export \`${name}\` of ${url} is ${show(found)}, expected a function`);
}

/** Imports a function here, at once. @internal */
export function requireFunction<F>({ url, name }: { url: string; name: string }): F {
  const found = importNow(url, name);
  if (typeof found === "function") return found as F;
  throw moduleError(`the export \`${name}\` of ${url} is ${show(found)}, expected a function`);
}

async function importExport(url: string, name: string): Promise<unknown> {
  await prepareTypeScript(url);
  const exports = (await import(url)) as Record<string, unknown>;
  return pick(exports, url, name);
}

function importNow(url: string, name: string): unknown {
  let exports: unknown;
  try {
    exports = createRequire(import.meta.url)(fileURLToPath(url));
  } catch (error) {
    const isAsync = (error as { code?: unknown } | null)?.code === "ERR_REQUIRE_ASYNC_MODULE";
    throw moduleError(
      isAsync
        ? `${url} uses a top-level await, so that it cannot be loaded at once; move the await into a function`
        : `${url} could not be loaded: ${error instanceof Error ? error.message : String(error)}${/\.[cm]?tsx?$/.test(url) ? `. Import \`${name}\` yourself and pass the class instead of its name` : ""}`,
      error,
    );
  }
  return pick(exports as Record<string, unknown>, url, name);
}

function pick(exports: Record<string, unknown>, url: string, name: string): unknown {
  if (Object.hasOwn(exports, name)) return exports[name];
  throw moduleError(
    `${url} has no export \`${name}\`; it has ${Object.keys(exports).join(", ") || "none"}`,
  );
}

function construct(exported: unknown, name: string, args: readonly unknown[]): unknown {
  if (typeof exported !== "function") {
    if (typeof exported === "object" && exported !== null && args.length === 0) return exported;
    throw moduleError(
      `the export \`${name}\` is ${show(exported)}; expected a class, a function, or a data set without arguments`,
    );
  }
  const isClass = /^class\b/.test(Function.prototype.toString.call(exported));
  return isClass
    ? Reflect.construct(exported, args)
    : (Reflect.apply(exported, undefined, args) as unknown);
}

function moduleUrl(who: string, module: unknown): string {
  if (module instanceof URL) return module.href;
  if (typeof module === "string" && module.startsWith("file:")) return module;
  if (typeof module === "string" && /^([a-zA-Z]:)?[\\/]/.test(module))
    return pathToFileURL(module).href;
  throw moduleError(
    `${who}: expected a URL, new URL("./file.js", import.meta.url), or an absolute path, but received ${show(module)}`,
  );
}

function isExactly<T extends object>(
  value: unknown,
  type: abstract new (...args: never[]) => T,
): value is T {
  return (
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === type.prototype
  );
}

function moduleError(problem: string, cause?: unknown): FabricError {
  return new FabricError("FABRIC_CONFIG_MODULE", `${problem}.`, { cause });
}
