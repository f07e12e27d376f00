// What all convolutions share: arguments, weights and their initial values.

import { empty } from "../creation.js";
import { FabricError } from "../errors.js";
import { pad } from "../generated/functions.js";
import type { Tensor } from "../tensor.js";
import {
  checkChoice,
  checkInteger,
  checkOptions,
  checkSizes,
  type FactoryOptions,
  factory,
} from "./arguments.js";
import { type ModuleClass, replacementFor } from "./construction-hook.js";
import { calculateFanInAndFanOut } from "./init/fans.js";
import { kaimingUniform_, uniform_ } from "./init/fill.js";
import { Module } from "./module.js";
import { describeOptions } from "./module-print.js";
import { Parameter } from "./parameter.js";

/** One number for every spatial dimension, or one each. */
export type Size = number | readonly number[];

/** What stands outside the input. */
export type PaddingMode = "zeros" | "reflect" | "replicate" | "circular";

/** Options of Conv1d, Conv2d and Conv3d. */
export interface ConvOptions extends FactoryOptions {
  /** Step of the kernel, default 1. */
  stride?: Size;
  /** Added at both ends of each dimension, default 0; `"same"` keeps the size (stride 1), `"valid"` adds nothing. */
  padding?: Size | "same" | "valid";
  /** Distance between kernel points, default 1. */
  dilation?: Size;
  /** Channels are convolved in this many separate groups; default 1. */
  groups?: number;
  /** Add a learned bias; default true. */
  bias?: boolean;
  /** What the padding holds; default `"zeros"`. */
  paddingMode?: PaddingMode;
}

/** What a subclass tells the base about itself. @internal */
export interface ConvKind {
  readonly cls: ModuleClass & { readonly name: string };
  readonly dimensions: number;
  readonly transposed: boolean;
}

const PADDING_MODES: readonly PaddingMode[] = ["zeros", "reflect", "replicate", "circular"];
const CONV_OPTIONS = [
  "stride",
  "padding",
  "dilation",
  "groups",
  "bias",
  "paddingMode",
  "device",
  "dtype",
];
const TRANSPOSE_OPTIONS = [...CONV_OPTIONS, "outputPadding"];

/** Base of the convolution layers; not meant to be extended from outside. */
export abstract class ConvBase extends Module {
  /** Channels of the input. */
  readonly inChannels: number;
  /** Channels of the result. */
  readonly outChannels: number;
  /** Size of the window, one for each spatial dimension. */
  readonly kernelSize: number[];
  /** Step of the window, one for each spatial dimension. */
  readonly stride: number[];
  /** Border, one for each spatial dimension. */
  readonly padding: number[] | "same" | "valid";
  /** Distance between points of the window, one for each spatial dimension. */
  readonly dilation: number[];
  /** Separate groups of channels. */
  readonly groups: number;
  /** What the border holds. */
  readonly paddingMode: PaddingMode;
  /** Learned weight. */
  weight!: Parameter;
  /** Learned bias, or null without one. */
  bias: Parameter | null = null;

  /** @internal */
  protected constructor(
    { cls, dimensions, transposed }: ConvKind,
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    options: ConvOptions,
  ) {
    super();
    const layer = cls.name;
    checkOptions(layer, options, transposed ? TRANSPOSE_OPTIONS : CONV_OPTIONS);
    this.groups = checkInteger(layer, "groups", options.groups ?? 1, 1);
    this.inChannels = checkInteger(layer, "inChannels", inChannels, 0);
    this.outChannels = checkInteger(layer, "outChannels", outChannels, 1);
    this.checkGroups(layer);
    this.kernelSize = checkSizes(layer, "kernelSize", kernelSize, dimensions, 1);
    this.stride = checkSizes(layer, "stride", options.stride ?? 1, dimensions, 1);
    this.dilation = checkSizes(layer, "dilation", options.dilation ?? 1, dimensions, 1);
    this.padding = checkPadding(layer, options.padding ?? 0, dimensions, transposed, this.stride);
    this.paddingMode = checkChoice(
      layer,
      "paddingMode",
      options.paddingMode ?? "zeros",
      transposed ? PADDING_MODES.slice(0, 1) : PADDING_MODES,
    );
    const replacement = replacementFor(new.target, cls, [
      inChannels,
      outChannels,
      kernelSize,
      options,
    ]);
    // biome-ignore lint/correctness/noConstructorReturn: this is how a plugin's layer takes the place of this one
    if (replacement !== undefined) return replacement as ConvBase;
    const channels = transposed
      ? [inChannels, outChannels / this.groups]
      : [outChannels, inChannels / this.groups];
    this.weight = new Parameter(empty([...channels, ...this.kernelSize], factory(options)));
    if (options.bias ?? true) this.bias = new Parameter(empty([outChannels], factory(options)));
    this.resetParameters();
  }

  /** Draws the weights anew. */
  resetParameters(): void {
    kaimingUniform_(this.weight, { a: Math.sqrt(5) });
    if (this.bias === null) return;
    const [fanIn] = calculateFanInAndFanOut(this.weight);
    if (fanIn === 0) return;
    const bound = 1 / Math.sqrt(fanIn);
    uniform_(this.bias, -bound, bound);
  }

  override extraRepr(): string {
    const { inChannels, outChannels, kernelSize, stride, padding, dilation, groups } = this;
    return describeOptions({
      inChannels,
      outChannels,
      kernelSize,
      stride,
      padding: isZero(padding) ? undefined : padding,
      dilation: dilation.every((d) => d === 1) ? undefined : dilation,
      groups: groups === 1 ? undefined : groups,
      bias: this.bias !== null ? undefined : false,
    });
  }

  /** The input with its border added, for padding modes the operator does not know. @internal */
  protected padded(input: Tensor): Tensor {
    const mode = this.paddingMode === "zeros" ? "constant" : this.paddingMode;
    return pad(input, borders(this.padding, this.kernelSize, this.dilation), mode);
  }

  private checkGroups(layer: string): void {
    for (const [name, value] of Object.entries({
      inChannels: this.inChannels,
      outChannels: this.outChannels,
    })) {
      if (value % this.groups === 0) continue;
      throw new FabricError(
        "FABRIC_CONFIG_ARGUMENT",
        `${layer}: expected \`${name}\` to be a multiple of \`groups\` but received ${value} and ${this.groups}. Change one of them.`,
      );
    }
  }
}

/** Sizes of the border as `pad` takes them: last dimension first, before and after. */
function borders(
  padding: number[] | "same" | "valid",
  kernel: number[],
  dilation: number[],
): number[] {
  const result: number[] = [];
  for (let i = kernel.length - 1; i >= 0; i--) {
    if (padding === "same") {
      const total = (dilation[i] as number) * ((kernel[i] as number) - 1);
      result.push(Math.floor(total / 2), Math.ceil(total / 2));
    } else {
      const both = padding === "valid" ? 0 : (padding[i] as number);
      result.push(both, both);
    }
  }
  return result;
}

function checkPadding(
  layer: string,
  padding: Size | "same" | "valid",
  dimensions: number,
  transposed: boolean,
  stride: number[],
): number[] | "same" | "valid" {
  if (typeof padding !== "string") return checkSizes(layer, "padding", padding, dimensions, 0);
  if (transposed) return checkSizes(layer, "padding", padding, dimensions, 0);
  const choice = checkChoice(layer, "padding", padding, ["same", "valid"]);
  if (choice === "same" && stride.some((step) => step !== 1)) {
    throw new FabricError(
      "FABRIC_CONFIG_ARGUMENT",
      `${layer}: \`padding: "same"\` keeps the size only with stride 1, but the stride is [${stride.join(", ")}]. Give the padding as numbers.`,
    );
  }
  return choice;
}

function isZero(padding: number[] | "same" | "valid"): boolean {
  return typeof padding !== "string" && padding.every((p) => p === 0);
}
