// Options of single parameters that differ from their optimizer's: typically 32-bit state for embeddings.
import { describeValue, isTensor, type nn, type Tensor } from "@fabric/torch";
import { checkConfig, configError, type OptimConfig } from "./config.js";

/** Options that differ for some parameters. */
export type OptimOverride = Partial<OptimConfig>;

/** A parameter by its place in the optimizer's groups. */
interface Registered {
  readonly shape: readonly number[];
  readonly override: OptimOverride;
}

interface ModuleOverride {
  readonly module: WeakRef<nn.Module>;
  readonly name: string;
  readonly override: OptimOverride;
}

const WHO = "GlobalOptimManager";

/**
 * Options of single parameters, in force in every 8-bit optimizer of the process. `optimBits`, `minSize8bit` and `maxUnorm` count when a
 * parameter's state is made, in its first step; the others from the next step on.
 *
 * ```ts
 * const manager = GlobalOptimManager.getInstance();
 * manager.registerModuleOverride(model.embedding, "weight", { optimBits: 32 });
 * manager.overrideConfig(model.head.parameters(), "lr", 1e-4);
 * ```
 */
export class GlobalOptimManager {
  static #instance: GlobalOptimManager | null = null;

  #byParam = new WeakMap<Tensor, OptimOverride>();
  readonly #byPlace = new Map<string, Registered>();
  #modules: ModuleOverride[] = [];
  #moduleOverrides = 0;
  #isUsed = false;

  private constructor() {}

  /** The one of the process. */
  static getInstance(): GlobalOptimManager {
    GlobalOptimManager.#instance ??= new GlobalOptimManager();
    return GlobalOptimManager.#instance;
  }

  /**
   * Remembers parameters by their place in an optimizer's groups: if a model's parameters are replaced after this (by a move to another device),
   * what is overridden for the old ones holds for parameters of the same shape in the same places.
   *
   * @param params - as an optimizer's constructor takes them: parameters, or groups of them.
   * @throws FabricError `FABRIC_CONFIG_OPTIMIZER`.
   */
  registerParameters(params: Iterable<Tensor> | Iterable<{ params: Iterable<Tensor> }>): void {
    if (typeof (params as Iterable<unknown> | null)?.[Symbol.iterator] !== "function")
      throw configError(
        WHO,
        `expected parameters or groups but received ${describeValue(params)}.`,
      );
    const items: unknown[] = [...params];
    const groups = items.every(isTensor)
      ? [items as Tensor[]]
      : items.map((item) => paramsOf((item as { params?: unknown } | null)?.params));
    groups.forEach((group, g) => {
      group.forEach((param, i) => {
        this.#byPlace.set(`${g} ${i}`, { shape: param.shape, override: this.#overrideOf(param) });
      });
    });
  }

  /**
   * Overrides options of parameters, before or after {@link registerParameters}. Later calls add to earlier ones.
   *
   * @throws FabricError `FABRIC_CONFIG_OPTIMIZER` for an unknown key or a bad value.
   */
  overrideConfig<K extends keyof OptimConfig>(
    params: Tensor | Iterable<Tensor>,
    key: K,
    value: OptimConfig[K],
  ): void;
  overrideConfig(params: Tensor | Iterable<Tensor>, options: OptimOverride): void;
  overrideConfig(
    params: Tensor | Iterable<Tensor>,
    key: string | OptimOverride,
    value?: unknown,
  ): void {
    const options = typeof key === "string" ? { [key]: value } : key;
    if (typeof options !== "object" || options === null)
      throw configError(
        WHO,
        `expected options to override but received ${describeValue(options)}.`,
      );
    checkConfig(WHO, options);
    for (const param of isTensor(params) ? [params] : paramsOf(params))
      Object.assign(this.#overrideOf(param), options);
    this.#isUsed = true;
  }

  /**
   * Overrides options of the parameter that a module has under a name when an optimizer takes its first step with it.
   *
   * @throws FabricError `FABRIC_CONFIG_OPTIMIZER` if the module has no such parameter.
   */
  registerModuleOverride(module: nn.Module, paramName: string, options: OptimOverride): void {
    if (typeof options !== "object" || options === null)
      throw configError(
        WHO,
        `expected options to override but received ${describeValue(options)}.`,
      );
    checkConfig(WHO, options);
    parameterOf(module, paramName);
    const override = { ...options };
    this.#modules.push({ module: new WeakRef(module), name: paramName, override });
    this.#moduleOverrides++;
    this.#isUsed = true;
  }

  /** Forgets everything. */
  reset(): void {
    this.#byParam = new WeakMap();
    this.#byPlace.clear();
    this.#modules = [];
    this.#isUsed = false;
  }

  /** Whether anything is overridden. @internal */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  /** How often {@link registerModuleOverride} was called. @internal */
  get moduleOverrides(): number {
    return this.#moduleOverrides;
  }

  /** Finds which of an optimizer's parameters modules meant. @internal */
  resolveModules(params: ReadonlySet<Tensor>): void {
    this.#modules = this.#modules.filter(({ module: weak, name, override }) => {
      const module = weak.deref();
      if (module === undefined) return false;
      const param = parameterOf(module, name);
      if (!params.has(param)) return true;
      Object.assign(this.#overrideOf(param), override);
      return false;
    });
  }

  /** What is overridden for a parameter in its place, the place's first; null: nothing. @internal */
  overrideFor(param: Tensor, group: number, index: number): OptimOverride | null {
    const own = this.#byParam.get(param);
    const registered = this.#byPlace.get(`${group} ${index}`);
    const place =
      registered !== undefined && String(registered.shape) === String(param.shape)
        ? registered.override
        : undefined;
    const found = { ...place, ...own };
    return Object.keys(found).length === 0 ? null : found;
  }

  #overrideOf(param: Tensor): OptimOverride {
    let override = this.#byParam.get(param);
    if (override === undefined) {
      override = {};
      this.#byParam.set(param, override);
    }
    return override;
  }
}

function paramsOf(given: unknown): Tensor[] {
  const isIterable = typeof (given as Iterable<unknown> | null)?.[Symbol.iterator] === "function";
  const items: unknown[] = isTensor(given) ? [given] : isIterable ? [...(given as [])] : [given];
  const wrong = items.find((item) => !isTensor(item));
  if (items.some((item) => !isTensor(item)))
    throw configError(
      WHO,
      `expected parameters but received ${describeValue(wrong)}; pass module.parameters().`,
    );
  return items as Tensor[];
}

function parameterOf(module: nn.Module, name: string): Tensor {
  const param = (module as unknown as Record<string, unknown> | null)?.[name];
  if (isTensor(param)) return param;
  throw configError(
    WHO,
    `expected a parameter \`${name}\` of ${describeValue(module)} but found ${describeValue(param)}.`,
  );
}
