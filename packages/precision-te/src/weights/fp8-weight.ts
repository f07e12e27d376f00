// The weight of a layer as FP8 codes, without the floats that they came from.
import {
  type Device,
  type DType,
  describeValue,
  empty,
  FabricError,
  isTensor,
  keep,
  nn,
  noGrad,
  ones,
  scope,
  type Tensor,
  zeros,
} from "@fabric/torch";
import { castToFp8, currentScale, dequantizeFp8, type Fp8DType } from "../functional/index.js";
import type { Recipe } from "../recipes/index.js";
import { inPlaceMethods } from "./in-place.js";

/** What a weight needs to know beside its codes. */
export interface Fp8WeightOptions {
  /** Dtype of the weight that the codes stand for. */
  floatDtype: DType;
  /** How floats that arrive are cast. */
  recipe: Recipe;
}

const FLOATS: readonly string[] = ["float32", "float16", "bfloat16", "float64"];

/**
 * A frozen weight, `[out, in]`, held as FP8 codes, a byte an element, and one number that they are multiplied with. It is used as it is in FP8
 * products. Moves take codes and number along, casts change only `floatDtype`. Methods that write in place (`mul_`, `fill_`) change the floats, which are cast
 * again; what writes to `data` or `detach()` writes codes.
 */
export class Fp8Weight extends nn.Parameter {
  /** Dtype of the weight that the codes stand for: that of `dequantize()` and of state dicts. Casts of the module set it. */
  floatDtype: DType;
  /** What codes are multiplied with, float32 `[1]`. */
  scaleInv: Tensor;
  /** False between `toEmpty` and a load: the codes are not those of any weight. */
  isLoaded = true;
  /** How floats that arrive are cast. */
  readonly recipe: Recipe;
  #initial: Tensor | null = null;
  #keepsInitial = false;

  /** @internal Made by layers inside `quantizedModelInit`, and by `quantizeWeights_`. */
  constructor(codes: Tensor, scaleInv: Tensor, { floatDtype, recipe }: Fp8WeightOptions) {
    super(codes, { requiresGrad: false });
    this.scaleInv = keep(scaleInv);
    this.floatDtype = floatDtype;
    this.recipe = recipe;
  }

  /** Room for the codes of a weight `[out, in]`, which are to be loaded or set. @internal */
  static allocate(shape: readonly number[], device: Device, options: Fp8WeightOptions): Fp8Weight {
    return scope(() => {
      const [codes, scaleInv] = room(shape, device, options.recipe.forwardDtype);
      const weight = new Fp8Weight(codes, scaleInv, options);
      weight.isLoaded = device === "meta";
      return weight;
    });
  }

  override get requiresGrad(): boolean {
    return super.requiresGrad;
  }

  /** @throws FabricError `FABRIC_USAGE_FROZEN_WEIGHT` for true. */
  override set requiresGrad(value: boolean) {
    if (value === true)
      throw new FabricError(
        "FABRIC_USAGE_FROZEN_WEIGHT",
        `A weight of [${this.shape.join(", ")}] is held as FP8 codes and cannot be trained. Train the float layer, made outside quantizedModelInit, or pass only parameters that are no Fp8Weight to requiresGrad_.`,
      );
    super.requiresGrad = value;
  }

  /**
   * Casts floats `[out, in]` of any float dtype and takes the codes, on the device of the weight.
   *
   * @param scale - float32 `[1]`; default: the current scale of `source`.
   * @throws FabricError `FABRIC_TENSOR_ARGUMENT` for other dtypes.
   */
  setFloat(source: Tensor, scale: Tensor | null = null, device: Device = this.device): void {
    noGrad(() =>
      scope(() => {
        const dtype = this.recipe.forwardDtype;
        if (device === "meta") {
          this.setCodes(...room(source.shape, device, dtype));
          return;
        }
        const x = source.detach().to(device);
        const made = castToFp8(x, { dtype, scale: scale ?? weightScale(x, this.recipe) });
        this.setCodes(made.codes, made.scaleInv);
      }),
    );
  }

  /**
   * Floats of its shape are cast with their current scale; of another weight held as codes those are taken.
   *
   * @throws FabricError `FABRIC_TENSOR_ARGUMENT` for other shapes.
   */
  override copy_(src: Tensor, ..._how: unknown[]): this {
    if (!isTensor(src) || String(src.shape) !== String(this.shape))
      throw new FabricError(
        "FABRIC_TENSOR_ARGUMENT",
        `copy_: a weight held as FP8 codes takes a tensor of its shape, [${this.shape.join(", ")}], but received ${describeValue(src)}.`,
      );
    if (!(src instanceof Fp8Weight)) {
      this.setFloat(src);
      return this;
    }
    noGrad(() => {
      const { device } = this;
      this.setCodes(
        src.detach().to(device, { copy: true }),
        src.scaleInv.to(device, { copy: true }),
      );
    });
    return this;
  }

  /** Takes codes of its shape, and float32 `[1]`. */
  setCodes(codes: Tensor, scaleInv: Tensor): void {
    this.#take(codes, scaleInv, true);
  }

  /** Draws the weight anew: `draw` fills floats of its shape, which are cast as a layer's first weight is. @internal */
  draw(draw: (weight: Tensor) => void): void {
    const { device, shape, floatDtype: dtype } = this;
    if (device === "meta") return;
    noGrad(() =>
      scope(() => {
        const floats = empty([...shape], { device, dtype });
        draw(floats);
        this.setInitial(floats, this.#keepsInitial);
      }),
    );
  }

  /** Casts a layer's first weight: with a scale of 1 under delayed scaling, as Transformer Engine does, else with its current scale. @internal */
  setInitial(floats: Tensor, keepsInitial: boolean): void {
    this.#keepsInitial = keepsInitial;
    const isDelayed = this.recipe.kind === "delayed";
    const one = isDelayed ? ones([1], { dtype: "float32", device: floats.device }) : null;
    this.setFloat(floats, one);
    if (!keepsInitial || floats.device === "meta") return;
    this.#initial = keep(noGrad(() => floats.detach().to("cpu", { copy: true })));
  }

  /** The floats that the layer was made with, on the CPU; null unless `preserveHighPrecisionInitVal` kept them, or once they are cleared. */
  getHighPrecisionInitVal(): Tensor | null {
    return this.#initial;
  }

  /** Lets them go. */
  clearHighPrecisionInitVal(): void {
    this.#initial = null;
  }

  /** Moves codes and number. @internal */
  move_(device: Device): void {
    if (this.device === device) return;
    noGrad(() =>
      scope(() => this.#take(this.detach().to(device), this.scaleInv.to(device), this.isLoaded)),
    );
  }

  /** Room for codes of its shape on `device`, to be loaded. @internal */
  allocate_(device: Device): void {
    noGrad(() =>
      scope(() => {
        const [codes, scaleInv] = room(this.shape, device, this.recipe.forwardDtype);
        this.#take(codes, scaleInv, device === "meta");
      }),
    );
  }

  /** The weight that the codes stand for, in `floatDtype`; a copy. */
  override dequantize(): Tensor {
    const { floatDtype: dtype, device, shape } = this;
    if (device === "meta") return empty([...shape], { dtype, device });
    return dequantizeFp8(this.detach(), this.scaleInv, dtype as "float32");
  }

  override copyParameter(): Fp8Weight {
    const { scaleInv, floatDtype, recipe, isLoaded } = this;
    const copy = noGrad(
      () => new Fp8Weight(this.detach().clone(), scaleInv.detach().clone(), { floatDtype, recipe }),
    );
    copy.isLoaded = isLoaded;
    copy.#initial = this.#initial;
    copy.#keepsInitial = this.#keepsInitial;
    return copy;
  }

  /** `mul_`, `fill_` and their like, as on Transformer Engine's weights: the floats are changed, and cast with their current scale. */
  static {
    Object.defineProperties(Fp8Weight.prototype, inPlaceMethods(changeFloats));
  }

  #take(codes: Tensor, scaleInv: Tensor, isLoaded: boolean): void {
    nn.swapContent(this, keep(codes));
    this.scaleInv = keep(scaleInv);
    this.isLoaded = isLoaded;
  }
}

/** Methods that need no numbers to be there. */
const FILLS: readonly string[] = ["fill_", "zero_", "normal_", "uniform_"];

/** @throws FabricError `FABRIC_TENSOR_SHAPE` where the shape would change, `FABRIC_USAGE_NOT_LOADED`. */
function changeFloats(weight: Fp8Weight, name: string, run: (floats: Tensor) => unknown): void {
  if (!FILLS.includes(name)) checkLoaded(weight);
  noGrad(() =>
    scope(() => {
      const floats = weight.dequantize();
      run(floats);
      if (String(floats.shape) !== String(weight.shape))
        throw new FabricError(
          "FABRIC_TENSOR_SHAPE",
          `${name}: a weight held as FP8 codes, [${weight.shape.join(", ")}], cannot become [${floats.shape.join(", ")}] in place. Change a copy: weight.dequantize().`,
        );
      weight.setFloat(floats);
    }),
  );
}

/** The dtype of the numbers that a parameter stands for. */
export function floatDtypeOf(parameter: Tensor): DType {
  return parameter instanceof Fp8Weight ? parameter.floatDtype : parameter.dtype;
}

/** Whether a weight can be made of a dtype. */
export function isCastable(dtype: DType): boolean {
  return FLOATS.includes(dtype);
}

/** The current scale of a weight under a recipe. */
export function weightScale(x: Tensor, recipe: Recipe): Tensor {
  const { powerOfTwoScales: powerOfTwo = false, amaxEpsilon: epsilon = 0 } = recipe as {
    powerOfTwoScales?: boolean;
    amaxEpsilon?: number;
  };
  return currentScale(x, recipe.forwardDtype, { powerOfTwo, epsilon });
}

/** The weight of a layer, ready to be multiplied. @throws FabricError `FABRIC_USAGE_NOT_LOADED`. */
export function checkLoaded(weight: Fp8Weight): void {
  if (weight.isLoaded) return;
  throw new FabricError(
    "FABRIC_USAGE_NOT_LOADED",
    `A weight held as FP8 codes, ${describeValue(weight)}, was allocated and never loaded. Load a state dict, or call resetParameters() of its layer.`,
  );
}

/** Codes of zero and a factor of 1. */
function room(
  shape: readonly number[],
  device: Device,
  dtype: Fp8DType,
): [codes: Tensor, scaleInv: Tensor] {
  const bytes = zeros([...shape], { dtype: "uint8", device });
  return [bytes.view(dtype), ones([1], { dtype: "float32", device })];
}
