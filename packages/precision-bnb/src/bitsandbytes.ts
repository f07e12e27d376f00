// Linear layers with 4-bit and 8-bit weights, in the manner of bitsandbytes.
import {
  castFloats,
  castModule,
  checkKeepInDtype,
  enterAll,
  findKept,
  type KeepInDtype,
  Precision,
} from "@fabric/core";
import {
  buildInfo,
  checkOptions,
  cuda,
  type DType,
  defaultDtype,
  describeValue,
  empty,
  FabricError,
  finfo,
  getDefaultDtype,
  nn,
  noGrad,
  optionError,
  scope,
  type Tensor,
} from "@fabric/torch";
import { type QuantizedLinear, quantizedLinears, replaceLinears, restoreTied } from "./convert.js";
import { plainState } from "./dequantize.js";
import { IgnoreModules, type ModulePattern } from "./ignore-modules.js";
import { Int8Params, Linear4bit, Linear8bitLt, Params4bit } from "./nn/index.js";
import { formatLayers, quantizedLayers } from "./report.js";

/** How weights are stored. */
export type BitsandbytesMode = "nf4" | "nf4-dq" | "fp4" | "fp4-dq" | "int8" | "int8-training";

/** Options of {@link BitsandbytesPrecision}. */
export interface BitsandbytesOptions {
  /** How weights are stored. */
  mode: BitsandbytesMode;
  /**
   * Dtype of everything else: inputs, activations, the other parameters. Default float16 with int8 and int8-training, which take no
   * other; with the others bfloat16, or float16 on a GPU without it. The first input of a
   * 4-bit layer decides in which dtype it multiplies, unless that is float16.
   */
  dtype?: DType | undefined;
  /** Layers that stay as they are, beside those whose weight is tied to an embedding, say. */
  ignoreModules?: Iterable<ModulePattern> | undefined;
  /** Parameters and buffers that keep another dtype, by pattern: `{ "**.norm.*": "float32" }`. */
  keepInDtype?: KeepInDtype | undefined;
  /** Print a table of the layers once all are quantised, with the error of each; or a function that is given the text. Default false. */
  report?: boolean | ((table: string) => void) | undefined;
}

const MODES = {
  nf4: { quantType: "nf4", compressStatistics: false },
  "nf4-dq": { quantType: "nf4", compressStatistics: true },
  fp4: { quantType: "fp4", compressStatistics: false },
  "fp4-dq": { quantType: "fp4", compressStatistics: true },
  // Magnitude of outliers: Dettmers et al. 2022, "LLM.int8()".
  int8: { hasFp16Weights: false, threshold: 6 },
  "int8-training": { hasFp16Weights: true, threshold: 6 },
} as const;

/** What weights are rounded to before they are quantised, and what a state records; bitsandbytes' and Lightning's choice. */
const RECORDED: DType = "float16";

/**
 * Replaces `nn.Linear` by layers with frozen 4-bit or 8-bit weights, for inference and for training adapters beside them; with int8-training by
 * layers that compute in int8 and train a float16 weight. Weights are quantised when they reach the device. Works on the CPU as well as on CUDA.
 *
 * A weight is rounded to float16 first, as Lightning does, unless it holds values that float16 cannot: then it is quantised as it is. Everything
 * else is cast to `dtype`.
 *
 * @example
 * ```ts
 * const fabric = new Fabric({ plugins: [new BitsandbytesPrecision({ mode: "nf4-dq", ignoreModules: ["lm_head"] })] });
 * const model = fabric.setup(new Net());
 * ```
 */
export class BitsandbytesPrecision extends Precision {
  /** The mode. */
  readonly precision: string;
  /** Dtype of everything that is not packed. */
  readonly dtype: DType;
  readonly #storing: (typeof MODES)[keyof typeof MODES];
  readonly #ignored: IgnoreModules;
  readonly #keepInDtype: KeepInDtype;
  readonly #report: ((table: string) => void) | null;

  /**
   * @throws FabricError `FABRIC_CONFIG_MODE` for an unknown mode, `FABRIC_CONFIG_DTYPE`, `FABRIC_CONFIG_IGNORE_MODULES`,
   * `FABRIC_CONFIG_KEEP_IN_DTYPE` or `FABRIC_CONFIG_OPTION` for other options.
   */
  constructor(options: BitsandbytesOptions) {
    super();
    checkOptions("BitsandbytesPrecision", options ?? {}, [
      "mode",
      "dtype",
      "ignoreModules",
      "keepInDtype",
      "report",
    ]);
    this.precision = checkMode(options?.mode);
    this.#storing = MODES[this.precision as keyof typeof MODES];
    this.dtype = checkDtype(options.dtype, this.precision);
    this.#ignored = new IgnoreModules(options.ignoreModules ?? []);
    this.#keepInDtype = checkKeepInDtype(options.keepInDtype, "BitsandbytesPrecision");
    this.#report = reporter(options.report);
  }

  override describe(): string {
    const storing = this.#storing;
    if ("threshold" in storing)
      return storing.hasFp16Weights
        ? `${this.precision}: linear layers compute in int8 and train float16 weights, the rest in ${this.dtype}`
        : `${this.precision}: weights of linear layers frozen in 8 bits by rows, inputs in 8 bits but outliers, the rest in ${this.dtype}`;
    const scales = storing.compressStatistics ? "quantised scales" : "float32 scales";
    return `${this.precision}: weights of linear layers frozen in 4 bits (${storing.quantType}, blocks of 64, ${scales}), the rest in ${this.dtype}`;
  }

  /**
   * Replaces the linear layers, unless the model has quantised ones already, and casts the rest.
   *
   * @throws FabricError `FABRIC_CONFIG_NO_LINEAR` if nothing would be quantised.
   */
  override convertModule<M extends nn.Module>(module: M): M {
    const present = quantizedLinears(module);
    const converted =
      present.length > 0
        ? restoreTied(module)
        : replaceLinears(module, this.#ignored, (linear) => this.#prepared(this.#layerOf(linear)));
    for (const layer of present) if (layer instanceof Linear4bit) layer.compute.suggest(this.dtype);
    const kept = findKept(converted, this.#keepInDtype, "BitsandbytesPrecision");
    checkRange(converted, this.dtype, new Set(kept.map(({ name }) => name)));
    castModule(converted, this.dtype, kept);
    if (this.#report !== null) this.#reportWhenDone(converted, this.#report);
    return converted as M;
  }

  override tensorInitContext(): Disposable {
    return defaultDtype(this.dtype);
  }

  /**
   * Linear layers that are made inside are quantised ones, at once where they are not on the meta device; with `emptyInit` they have room for
   * codes that are loaded afterwards.
   *
   * @throws FabricError `FABRIC_CONFIG_IGNORE_MODULES` with `ignoreModules`: a layer does not know its name when it is made.
   */
  override moduleInitContext(): Disposable {
    if (!this.#ignored.isEmpty) {
      throw new FabricError(
        "FABRIC_CONFIG_IGNORE_MODULES",
        "`fabric.initModule` cannot spare `ignoreModules`: layers are quantised as they are made, before they have a name. Make the model outside, and let fabric.setup convert it.",
      );
    }
    const hook: nn.ConstructionHook = (cls, args) => {
      if (cls !== nn.Linear) return undefined;
      const [inFeatures, outFeatures, given] = args as [number, number, nn.LinearOptions?];
      // With emptyInit no float weight is ever allocated, only room for codes that are loaded afterwards.
      const device = given?.device ?? empty([0]).device;
      const isEmpty = nn.init.isInitSkipped() && device !== "meta";
      const options = { ...given, ...(isEmpty ? { device: "meta" as const } : {}) };
      const storing = this.#storing;
      const layer = this.#prepared(
        "threshold" in storing
          ? new Linear8bitLt(inFeatures, outFeatures, { ...options, ...storing })
          : new Linear4bit(inFeatures, outFeatures, { ...options, ...storing }),
      );
      const { weight } = layer;
      if (isEmpty) layer.toEmpty({ device });
      else if (device !== "meta" && (weight instanceof Params4bit || weight instanceof Int8Params))
        weight.quantize_();
      return layer;
    };
    return enterAll(
      () => defaultDtype(this.dtype),
      () => nn.constructionHook(hook),
    );
  }

  override forwardContext(): Disposable {
    return defaultDtype(this.dtype);
  }

  override convertInput<T>(data: T): T {
    return castFloats(data, this.dtype);
  }

  override convertOutput<T>(data: T): T {
    return castFloats(data, getDefaultDtype());
  }

  override captureObstacle(): string | null {
    return this.precision === "int8-training"
      ? "its layers ask the device how many outliers an input has"
      : null;
  }

  /** Packed weights as float tensors. */
  override plainStateDict(state: Record<string, Tensor>): Record<string, Tensor> {
    return plainState(state);
  }

  #layerOf(linear: nn.Linear): QuantizedLinear {
    const storing = this.#storing;
    return "threshold" in storing
      ? Linear8bitLt.fromLinear(linear, storing)
      : Linear4bit.fromLinear(linear, storing);
  }

  #prepared(layer: QuantizedLinear): QuantizedLinear {
    const { weight } = layer;
    if (weight instanceof Params4bit) weight.roundsTo = RECORDED;
    if (weight instanceof Int8Params) weight.keepsDtype = true;
    if (weight instanceof Params4bit || weight instanceof Int8Params)
      weight.measures = this.#report !== null;
    if (layer instanceof Linear4bit) layer.compute.suggest(this.dtype);
    return layer;
  }

  /** A model is quantised layer by layer: the table comes after the last one, which may be behind us. */
  #reportWhenDone(model: nn.Module, report: (table: string) => void): void {
    const waiting = new Set<nn.Parameter>();
    for (const { weight } of quantizedLinears(model)) {
      if (!(weight instanceof Params4bit || weight instanceof Int8Params)) continue;
      if (weight.bnbQuantized && weight.isLoaded) continue;
      waiting.add(weight);
      weight.onQuantized = () => {
        weight.onQuantized = null;
        waiting.delete(weight);
        if (waiting.size === 0) report(formatLayers(quantizedLayers(model)));
      };
    }
    const done = quantizedLayers(model);
    if (waiting.size > 0) return;
    if (done.length > 0) report(formatLayers(done));
    else
      report(
        `${quantizedLinears(model).length} linear layers compute in int8; their weights stay ${this.dtype}, so nothing takes fewer bytes.`,
      );
  }
}

/** A trained weight that the cast would make infinite is refused; frozen ones are quantised from all their digits. */
function checkRange(model: nn.Module, dtype: DType, kept: ReadonlySet<string>): void {
  const { max } = finfo(dtype);
  for (const [name, layer] of model.namedModules()) {
    if (!(layer instanceof Linear8bitLt && layer.hasFp16Weights)) continue;
    const { weight } = layer;
    const key = name === "" ? "weight" : `${name}.weight`;
    if (weight.device === "meta" || weight.numel() === 0 || kept.has(key)) continue;
    const largest = noGrad(() => scope(() => weight.detach().abs().amax().item<number>()));
    if (!(largest > max) || largest === Number.POSITIVE_INFINITY) continue;
    throw new FabricError(
      "FABRIC_CONFIG_DTYPE",
      `BitsandbytesPrecision: \`${key}\` holds ${largest}, but "int8-training" keeps weights as ${dtype}, which ends at ${max}. Keep it wider: keepInDtype: { "${key}": "float32" }.`,
    );
  }
}

function checkMode(mode: unknown): string {
  if (typeof mode === "string" && Object.hasOwn(MODES, mode)) return mode;
  throw new FabricError(
    "FABRIC_CONFIG_MODE",
    `Expected ${Object.keys(MODES)
      .map((name) => `"${name}"`)
      .join(", ")} as \`mode\` but received ${describeValue(mode)}.`,
  );
}

function checkDtype(dtype: unknown, mode: string): DType {
  const needsHalf = mode.startsWith("int8");
  if (needsHalf && dtype !== undefined && dtype !== "float16") {
    throw new FabricError(
      "FABRIC_CONFIG_DTYPE",
      `BitsandbytesPrecision: the mode "${mode}" computes with "float16" but \`dtype\` is ${describeValue(dtype)}. Leave it out.`,
    );
  }
  if (dtype === undefined) return needsHalf ? "float16" : bestDtype();
  if (dtype === "float32" || dtype === "float16" || dtype === "bfloat16") return dtype;
  throw new FabricError(
    "FABRIC_CONFIG_DTYPE",
    `BitsandbytesPrecision: expected "float32", "float16" or "bfloat16" as \`dtype\` but received ${describeValue(dtype)}.`,
  );
}

/** bfloat16, which the CPU has and GPUs from compute capability 8 on. */
function bestDtype(): DType {
  if (buildInfo().cudaDevices === 0) return "bfloat16";
  const [major] = cuda.getDeviceCapability();
  return major >= 8 ? "bfloat16" : "float16";
}

function reporter(report: unknown): ((table: string) => void) | null {
  if (report === undefined || report === false) return null;
  if (report === true) return (table) => console.log(table);
  if (typeof report === "function") return report as (table: string) => void;
  throw optionError("BitsandbytesPrecision", "report", "true, false or a function", report);
}
