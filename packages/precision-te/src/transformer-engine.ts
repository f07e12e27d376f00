// FP8 training in the manner of Transformer Engine.
import {
  castFloats,
  castModule,
  enterAll,
  Precision,
  type PrecisionEnvironment,
  type Processes,
} from "@fabric/core";
import {
  autocast,
  checkOptions,
  checkSwitch,
  type Device,
  type DType,
  defaultDtype,
  describeValue,
  FabricError,
  getDefaultDtype,
  isDevice,
  nn,
  optionError,
  type Tensor,
} from "@fabric/torch";
import { checkMinFlops } from "./arguments.js";
import { fp8Autocast } from "./context/index.js";
import { convertLayers } from "./convert.js";
import {
  checkEngine,
  chooseEngine,
  type EngineOptions,
  emulationDtype,
  whyNoUnits,
} from "./engine/index.js";
import { dequantizeFp8 } from "./functional/index.js";
import { formatFp8Layers, fp8Layers } from "./layers.js";
import { LayerNorm, Linear, type LinearOptions } from "./nn/index.js";
import { loadOperators } from "./operators.js";
import { type Recipe, type RecipeLike, toRecipe } from "./recipes/index.js";
import type { AmaxReduction } from "./state/index.js";
import { holdAsCodes, quantizedModelInit, SCALE_INV } from "./weights/index.js";

/** Aliases of {@link TransformerEnginePrecision}. */
export type TransformerEngineAlias = "transformer-engine" | "transformer-engine-float16";

/** The dtype of each one's weights. @internal */
export const WEIGHTS: Readonly<Record<TransformerEngineAlias, DType>> = {
  "transformer-engine": "bfloat16",
  "transformer-engine-float16": "float16",
};

/** Options of {@link TransformerEnginePrecision}. */
export interface TransformerEngineOptions {
  /** Dtype of the weights: `"bfloat16"`, `"float16"` or `"float32"`. */
  weightsDtype: DType;
  /** How scales are found: a recipe or the options of one, which are copied. Default: delayed scaling. */
  recipe?: RecipeLike;
  /**
   * Replace `nn.Linear` and `nn.LayerNorm`. Default: in `setup`, unless the model has layers of this package already. True: also those that are
   * made inside `fabric.initModule`. False: none.
   */
  replaceLayers?: boolean | undefined;
  /** Dtype of what does not compute in FP8; default `weightsDtype`. With `"float32"` there is no autocast: it computes in the dtype of the weights. */
  fallbackComputeDtype?: DType | undefined;
  /** Compute in FP8 in layers in evaluation mode too; default true. */
  evalFp8?: boolean;
  /** Layers whose products take fewer operations do not use FP8; default 0: all do. */
  minFlops?: number;
  /** Who multiplies; default: FP8 units where the device has them, else emulation. */
  engine?: EngineOptions["engine"];
  /** Takes the largest amaxes over all processes, in place; default: over those that the strategy connects. */
  amaxReduction?: AmaxReduction | null;
  /** Where it will run; default: the device that Fabric chose. */
  device?: Device;
  /** Print a table of the layers after conversion; or a function that is given the text. Default false. */
  report?: boolean | ((table: string) => void);
}

const OWNER = "TransformerEnginePrecision";
const OPTIONS = [
  "weightsDtype",
  "recipe",
  "replaceLayers",
  "fallbackComputeDtype",
  "evalFp8",
  "minFlops",
  "engine",
  "amaxReduction",
  "device",
  "report",
] as const;

/**
 * Linear layers compute in FP8, everything else in 16 bits; weights, gradients and optimizer state are of `weightsDtype`. There is no loss scaler.
 * FP8 units are used where the device has them; elsewhere, the CPU included, FP8 is emulated with the same results.
 *
 * @example
 * ```ts
 * const te = new TransformerEnginePrecision({ weightsDtype: "bfloat16", recipe: { amaxHistoryLen: 16 } });
 * const fabric = new Fabric({ plugins: [te] });
 * ```
 */
export class TransformerEnginePrecision extends Precision {
  /** The alias. */
  readonly precision: TransformerEngineAlias;
  /** Dtype of the weights. */
  readonly weightsDtype: DType;
  /** Dtype of what does not compute in FP8. */
  readonly fallbackComputeDtype: DType;
  /** How scales are found. */
  readonly recipe: Recipe;
  /** Whether layers are replaced. */
  readonly replaceLayers: boolean | undefined;
  readonly #evalFp8: boolean;
  readonly #minFlops: number;
  readonly #engine: NonNullable<EngineOptions["engine"]>;
  readonly #amaxReduction: AmaxReduction | null;
  #overProcesses: AmaxReduction | null = null;
  readonly #report: ((table: string) => void) | null;
  #device: Device;

  /**
   * @throws FabricError `FABRIC_CONFIG_DTYPE`, `FABRIC_CONFIG_RECIPE` or `FABRIC_CONFIG_OPTION` for wrong options, `FABRIC_MISSING_LIBRARY` if the
   * operators were not built.
   */
  constructor(options: TransformerEngineOptions) {
    super();
    checkOptions(OWNER, options ?? {}, OPTIONS);
    this.weightsDtype = checkDtype("weightsDtype", options?.weightsDtype);
    this.fallbackComputeDtype = checkDtype(
      "fallbackComputeDtype",
      options.fallbackComputeDtype ?? this.weightsDtype,
    );
    this.precision =
      this.weightsDtype === "float16" ? "transformer-engine-float16" : "transformer-engine";
    this.recipe = toRecipe(options.recipe, OWNER);
    this.replaceLayers =
      options.replaceLayers === undefined
        ? undefined
        : checkSwitch(OWNER, "replaceLayers", options.replaceLayers, true);
    this.#evalFp8 = checkSwitch(OWNER, "evalFp8", options.evalFp8, true);
    this.#minFlops = checkMinFlops(OWNER, options.minFlops);
    this.#engine = checkEngine(options.engine, OWNER, "`engine`", "auto");
    this.#amaxReduction = checkReduction(options.amaxReduction);
    this.#device = checkDevice(options.device);
    this.#report = reporter(options.report);
    loadOperators();
  }

  /** Amaxes are the largest of all processes, so that all find the same scales; an `amaxReduction` of the options stays. */
  override connectProcesses(processes: Processes): void {
    this.#overProcesses = (amaxes) => processes.allReduceMax(amaxes);
  }

  override describe(): string {
    return `${this.precision}: linear layers in FP8 (${this.recipe.describe()}; ${this.#products()}), the rest in ${this.fallbackComputeDtype === "float32" ? this.weightsDtype : this.fallbackComputeDtype}, weights in ${this.weightsDtype}; no loss scaler`;
  }

  /** Who multiplies, and in what. */
  #products(): string {
    const { name } = chooseEngine(this.#device, { engine: this.#engine, quiet: true });
    const reason = whyNoUnits(this.#device);
    const isOfTensors = this.recipe.kind === "delayed" || this.recipe.kind === "current";
    if (!isOfTensors) return `emulated by float32 products, ${reason ?? "as those of blocks are"}`;
    if (name === "emulation")
      return `emulated by ${emulationDtype(this.#device)} products, ${reason ?? "as was asked for"}`;
    return reason === null ? "on FP8 units" : "emulated by libtorch's _scaled_mm, as was asked for";
  }

  override validate({ device }: PrecisionEnvironment & { readonly strategy: string }): void {
    this.#device = device;
  }

  /**
   * Replaces layers, as `replaceLayers` says, and casts the model. Parameters stay the same objects.
   *
   * @throws FabricError `FABRIC_CONFIG_NO_FP8` if no layer would compute in FP8; the model is then as it was.
   */
  override convertModule<M extends nn.Module>(module: M): M {
    const { model, left } = convertLayers(module, this.replaceLayers);
    castModule(model, this.weightsDtype, []);
    this.#report?.(formatFp8Layers(fp8Layers(model, left)));
    return model;
  }

  override tensorInitContext(): Disposable {
    return defaultDtype(this.weightsDtype);
  }

  /** With `replaceLayers: true` linear layers and norms that are made inside are this package's, whatever their sizes. */
  override moduleInitContext(): Disposable {
    const dtype = (): Disposable => defaultDtype(this.weightsDtype);
    if (this.replaceLayers !== true) return dtype();
    return enterAll(dtype, () => nn.constructionHook(replacement));
  }

  override forwardContext(): Disposable {
    const { recipe, fallbackComputeDtype: fallback } = this;
    const contexts = [(): Disposable => defaultDtype(this.weightsDtype)];
    if (fallback !== "float32")
      contexts.push(() => autocast({ device: this.#device, dtype: fallback }));
    contexts.push(() =>
      fp8Autocast({
        recipe,
        engine: this.#engine,
        evalFp8: this.#evalFp8,
        minFlops: this.#minFlops,
        amaxReduction: this.#amaxReduction ?? this.#overProcesses,
      }),
    );
    return enterAll(...contexts);
  }

  override convertInput<T>(data: T): T {
    return castFloats(data, this.weightsDtype);
  }

  override convertOutput<T>(data: T): T {
    return castFloats(data, getDefaultDtype());
  }

  /** Scales are found by the device, into the same tensors each step. */
  override captureObstacle(): string | null {
    return this.#amaxReduction === null
      ? null
      : "`amaxReduction` is a function, which has to run anew at each step";
  }

  /** Without the scales of FP8, which other precisions have no use for, and with floats for weights that were saved as codes. */
  override plainStateDict(state: Record<string, Tensor>): Record<string, Tensor> {
    const plain: Record<string, Tensor> = {};
    for (const [key, value] of Object.entries(state)) {
      if (key === "_extra_state" || key.endsWith("._extra_state")) continue;
      if (key.endsWith(SCALE_INV) && isCodes(state[key.slice(0, -SCALE_INV.length)])) continue;
      const scaleInv = state[key + SCALE_INV];
      plain[key] =
        scaleInv !== undefined && isCodes(value)
          ? dequantizeFp8(value, scaleInv, this.weightsDtype as "float32")
          : value;
    }
    return plain;
  }
}

function isCodes(value: Tensor | undefined): boolean {
  return value?.dtype === "float8_e4m3fn";
}

function replacement(cls: unknown, args: readonly unknown[]): nn.Module | undefined {
  if (cls === nn.Linear) {
    const [inFeatures, outFeatures, options] = args as [number, number, LinearOptions];
    const layer = quantizedModelInit(
      { enabled: false },
      () => new Linear(inFeatures, outFeatures, options),
    );
    // A layer that stands in for a plain one starts as that does.
    if (layer.weight.device !== "meta") nn.Linear.prototype.resetParameters.call(layer);
    holdAsCodes(layer, ["weight"]);
    return layer;
  }
  if (cls !== nn.LayerNorm) return undefined;
  const norm = new nn.LayerNorm(...(args as [number, nn.LayerNormOptions]));
  if (norm.normalizedShape.length !== 1 || norm.weight === null) return undefined;
  return LayerNorm.fromLayerNorm(norm);
}

function checkReduction(value: unknown): AmaxReduction | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "function") return value as AmaxReduction;
  throw optionError(OWNER, "amaxReduction", "a function or null", value);
}

function checkDevice(value: unknown): Device {
  if (value === undefined) return "cpu";
  if (isDevice(value)) return value;
  throw optionError(OWNER, "device", 'a device such as "cpu" or "cuda:0"', value);
}

function checkDtype(name: string, dtype: unknown): DType {
  if (dtype === "bfloat16" || dtype === "float16" || dtype === "float32") return dtype;
  throw new FabricError(
    "FABRIC_CONFIG_DTYPE",
    `${OWNER}: expected "bfloat16", "float16" or "float32" as \`${name}\` but received ${describeValue(dtype)}.`,
  );
}

function reporter(report: unknown): ((table: string) => void) | null {
  if (report === undefined || report === false) return null;
  if (report === true) return (table) => console.log(table);
  if (typeof report === "function") return report as (table: string) => void;
  throw optionError(OWNER, "report", "true, false or a function", report);
}
