// Linear layers with 4-bit weights, in the manner of bitsandbytes.
import {
  castFloats,
  castModule,
  checkKeepInDtype,
  findKept,
  type KeepInDtype,
  Precision,
} from "@fabric/core";
import {
  buildInfo,
  cuda,
  type DType,
  defaultDtype,
  FabricError,
  getDefaultDtype,
  nn,
  type Tensor,
} from "@fabric/torch";
import { layers4bit, replaceLinears } from "./convert.js";
import { plainState } from "./dequantize.js";
import { checkKeys, shown } from "./functional/arguments.js";
import { IgnoreModules, type ModulePattern } from "./ignore-modules.js";
import { Linear4bit } from "./nn/index.js";
import { formatLayers, quantizedLayers } from "./report.js";

/** How weights are stored. The two of 8 bits are not written yet. */
export type BitsandbytesMode = "nf4" | "nf4-dq" | "fp4" | "fp4-dq" | "int8" | "int8-training";

/** Options of {@link BitsandbytesPrecision}. */
export interface BitsandbytesOptions {
  /** How weights are stored. */
  mode: BitsandbytesMode;
  /**
   * Dtype of everything else: inputs, activations, the other parameters. Default bfloat16, or float16 on a GPU without it. The first input of a
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
} as const;

/** What weights are rounded to before they are quantised, and what a state records; bitsandbytes' and Lightning's choice. */
const RECORDED: DType = "float16";

/**
 * Replaces `nn.Linear` by layers with frozen 4-bit weights, for inference and for training adapters beside them. Weights are quantised when they
 * reach the device. Works on the CPU as well as on CUDA.
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
  readonly #packing: (typeof MODES)[keyof typeof MODES];
  readonly #ignored: IgnoreModules;
  readonly #keepInDtype: KeepInDtype;
  readonly #report: ((table: string) => void) | null;

  /**
   * @throws FabricError `FABRIC_CONFIG_MODE` for an unknown mode, `FABRIC_UNSUPPORTED_PRECISION` for the modes of 8 bits, `FABRIC_CONFIG_DTYPE`,
   * `FABRIC_CONFIG_IGNORE_MODULES`, `FABRIC_CONFIG_KEEP_IN_DTYPE` or `FABRIC_CONFIG_OPTION` for other options.
   */
  constructor(options: BitsandbytesOptions) {
    super();
    checkKeys("BitsandbytesPrecision", options ?? {}, [
      "mode",
      "dtype",
      "ignoreModules",
      "keepInDtype",
      "report",
    ]);
    this.precision = checkMode(options?.mode);
    this.#packing = MODES[this.precision as keyof typeof MODES];
    this.dtype = checkDtype(options.dtype);
    this.#ignored = new IgnoreModules(options.ignoreModules ?? []);
    this.#keepInDtype = checkKeepInDtype(options.keepInDtype, "BitsandbytesPrecision");
    this.#report = reporter(options.report);
  }

  override describe(): string {
    const scales = this.#packing.compressStatistics ? "quantised scales" : "float32 scales";
    return `${this.precision}: weights of linear layers frozen in 4 bits (${this.#packing.quantType}, blocks of 64, ${scales}), the rest in ${this.dtype}`;
  }

  /**
   * Replaces the linear layers, unless the model has 4-bit ones already, and casts the rest.
   *
   * @throws FabricError `FABRIC_CONFIG_NO_LINEAR` if nothing would be quantised.
   */
  override convertModule<M extends nn.Module>(module: M): M {
    const present = layers4bit(module);
    const converted =
      present.length > 0
        ? module
        : replaceLinears(module, this.#ignored, (linear) =>
            this.#prepared(Linear4bit.fromLinear(linear, this.#packing)),
          );
    for (const layer of present) layer.compute.suggest(this.dtype);
    castModule(
      converted,
      this.dtype,
      findKept(converted, this.#keepInDtype, "BitsandbytesPrecision"),
    );
    if (this.#report !== null) this.#reportWhenDone(converted, this.#report);
    return converted as M;
  }

  override tensorInitContext(): Disposable {
    return defaultDtype(this.dtype);
  }

  /**
   * Linear layers that are made inside are 4-bit ones, quantised at once where they are not on the meta device.
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
    const dtype = defaultDtype(this.dtype);
    const hook = nn.constructionHook((cls, args) => {
      if (cls !== nn.Linear) return undefined;
      const [inFeatures, outFeatures, options] = args as [number, number, nn.LinearOptions];
      const layer = new Linear4bit(inFeatures, outFeatures, { ...options, ...this.#packing });
      this.#prepared(layer);
      if (layer.weight.device !== "meta") layer.weight.quantize_();
      return layer;
    });
    return {
      [Symbol.dispose]: () => {
        hook[Symbol.dispose]();
        dtype[Symbol.dispose]();
      },
    };
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

  /** Packed weights as float tensors. */
  override plainStateDict(state: Record<string, Tensor>): Record<string, Tensor> {
    return plainState(state);
  }

  #prepared(layer: Linear4bit): Linear4bit {
    layer.weight.roundsTo = RECORDED;
    layer.weight.measures = this.#report !== null;
    layer.compute.suggest(this.dtype);
    return layer;
  }

  /** A model is quantised layer by layer: the table comes after the last one. */
  #reportWhenDone(model: nn.Module, report: (table: string) => void): void {
    const waiting = new Set(layers4bit(model).map((layer) => layer.weight));
    for (const weight of waiting)
      weight.onQuantized = () => {
        weight.onQuantized = null;
        waiting.delete(weight);
        if (waiting.size === 0) report(formatLayers(quantizedLayers(model)));
      };
  }
}

function checkMode(mode: unknown): string {
  if (typeof mode === "string" && mode in MODES) return mode;
  if (mode === "int8" || mode === "int8-training") {
    throw new FabricError(
      "FABRIC_UNSUPPORTED_PRECISION",
      `\`new BitsandbytesPrecision({ mode: "${mode}" })\`: weights of 8 bits come with a later release of @fabric/precision-bnb. Use "nf4" or "nf4-dq", which take half the memory of int8, or "bf16-true".`,
    );
  }
  throw new FabricError(
    "FABRIC_CONFIG_MODE",
    `Expected ${Object.keys(MODES)
      .map((name) => `"${name}"`)
      .join(", ")} as \`mode\` but received ${shown(mode)}.`,
  );
}

function checkDtype(dtype: unknown): DType {
  if (dtype === undefined) return bestDtype();
  if (dtype === "float32" || dtype === "float16" || dtype === "bfloat16") return dtype;
  throw new FabricError(
    "FABRIC_CONFIG_DTYPE",
    `BitsandbytesPrecision: expected "float32", "float16" or "bfloat16" as \`dtype\` but received ${shown(dtype)}.`,
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
  throw new FabricError(
    "FABRIC_CONFIG_OPTION",
    `BitsandbytesPrecision: expected true, false or a function as \`report\` but received ${shown(report)}.`,
  );
}
