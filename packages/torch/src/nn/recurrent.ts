// What RNN, LSTM and GRU share: weights, their names and initial values, and the shape of inputs and states.

import { empty, zeros } from "../creation.js";
import { FabricError } from "../errors.js";
import type { gru } from "../generated/functions.js";
import type { Tensor } from "../tensor.js";
import {
  checkInteger,
  checkOptions,
  checkProbability,
  type FactoryOptions,
  factory,
} from "./arguments.js";
import { uniform_ } from "./init/fill.js";
import { Module } from "./module.js";
import { describeOptions } from "./module-print.js";
import { Parameter } from "./parameter.js";

/** Options of the recurrent layers. */
export interface RecurrentOptions extends FactoryOptions {
  /** How many layers are stacked, default 1. */
  numLayers?: number;
  /** Learned biases; default true. */
  bias?: boolean;
  /** Inputs and outputs are `[B, T, C]` instead of `[T, B, C]`; default false. */
  batchFirst?: boolean;
  /** Dropout probability between layers; default 0. */
  dropout?: number;
  /** Also run backwards through time and join both results; default false. */
  bidirectional?: boolean;
}

/** Names of the options above, for the check in each layer. @internal */
export const RECURRENT_OPTIONS: readonly string[] = [
  "numLayers",
  "bias",
  "batchFirst",
  "dropout",
  "bidirectional",
  "device",
  "dtype",
];

/** Base of the recurrent layers; not meant to be extended from outside. */
export abstract class RecurrentBase extends Module {
  /** Width of the input. */
  readonly inputSize: number;
  /** Width of the state. */
  readonly hiddenSize: number;
  /** How many layers are stacked. */
  readonly numLayers: number;
  /** Learned bias, or null without one. */
  readonly bias: boolean;
  /** Whether inputs are `[B, T, C]`. */
  readonly batchFirst: boolean;
  /** Dropout probability. */
  readonly dropout: number;
  /** Whether it also runs backwards through time. */
  readonly bidirectional: boolean;
  /** Width of the projected state of an LSTM, 0 without a projection. */
  readonly projSize: number;
  /** Names of the weights in the order the operators take them. */
  private readonly weightNames: string[] = [];

  protected constructor(
    layer: string,
    gates: number,
    inputSize: number,
    hiddenSize: number,
    options: RecurrentOptions,
    projSize = 0,
  ) {
    super();
    this.inputSize = checkInteger(layer, "inputSize", inputSize, 1);
    this.hiddenSize = checkInteger(layer, "hiddenSize", hiddenSize, 1);
    this.numLayers = checkInteger(layer, "numLayers", options.numLayers ?? 1, 1);
    this.bias = options.bias ?? true;
    this.batchFirst = options.batchFirst ?? false;
    this.dropout = checkProbability(layer, "dropout", options.dropout ?? 0);
    this.bidirectional = options.bidirectional ?? false;
    this.projSize = checkInteger(layer, "projSize", projSize, 0);
    if (projSize >= hiddenSize) {
      throw new FabricError(
        "FABRIC_CONFIG_ARGUMENT",
        `${layer}: expected \`projSize\` below \`hiddenSize\` (${hiddenSize}) but received ${projSize}. Use 0 for no projection.`,
      );
    }
    for (let level = 0; level < this.numLayers; level++) {
      for (const suffix of this.bidirectional ? ["", "_reverse"] : [""]) {
        this.addWeights(gates, level, `_l${level}${suffix}`, options);
      }
    }
    this.resetParameters();
  }

  /** Draws every weight uniformly in `+-1 / sqrt(hiddenSize)`. */
  resetParameters(): void {
    const bound = 1 / Math.sqrt(this.hiddenSize);
    for (const weight of this.flatWeights()) uniform_(weight, -bound, bound);
  }

  override extraRepr(): string {
    const { inputSize, hiddenSize, numLayers, batchFirst, bidirectional } = this;
    return describeOptions({ inputSize, hiddenSize, numLayers, batchFirst, bidirectional });
  }

  /** Weights in the order the operators take them. @internal */
  protected flatWeights(): Parameter[] {
    const fields = this as unknown as Record<string, Parameter>;
    return this.weightNames.map((name) => fields[name] as Parameter);
  }

  /** Runs a network whose state is one tensor. @internal */
  protected runSimple(
    operator: typeof gru,
    input: Tensor,
    state: Tensor | null | undefined,
  ): [output: Tensor, state: Tensor] {
    const [x, unbatched] = this.batched(input);
    const given = state ?? null;
    const start =
      given === null ? this.zeroState(x, this.hiddenSize) : unbatched ? given.unsqueeze(1) : given;
    const { bias, numLayers, dropout, training, bidirectional, batchFirst } = this;
    const weights = this.flatWeights();
    const [output, last] = operator(
      x,
      start,
      weights,
      bias,
      numLayers,
      dropout,
      training,
      bidirectional,
      batchFirst,
    );
    const [y, states] = this.unbatch(output, [last], unbatched);
    return [y, states[0] as Tensor];
  }

  /** A state of zeros for a batched input. @internal */
  protected zeroState(input: Tensor, width: number): Tensor {
    const batch = input.shape[this.batchFirst ? 0 : 1] as number;
    const levels = this.numLayers * (this.bidirectional ? 2 : 1);
    return zeros([levels, batch, width], { dtype: input.dtype, device: input.device });
  }

  /** Checks the input; one without a batch dimension gets one. @internal */
  protected batched(input: Tensor): [batched: Tensor, unbatched: boolean] {
    const unbatched = input.ndim === 2;
    if ((!unbatched && input.ndim !== 3) || input.shape[input.ndim - 1] !== this.inputSize) {
      const order = this.batchFirst ? "[B, T, " : "[T, B, ";
      throw new FabricError(
        "FABRIC_TENSOR_SHAPE",
        `${this.constructor.name}: expected an input of ${order}${this.inputSize}] or [T, ${this.inputSize}] but received [${input.shape.join(", ")}].`,
      );
    }
    return [unbatched ? input.unsqueeze(this.batchFirst ? 0 : 1) : input, unbatched];
  }

  /** Takes the batch dimension off again. @internal */
  protected unbatch(
    output: Tensor,
    states: Tensor[],
    unbatched: boolean,
  ): [output: Tensor, states: Tensor[]] {
    if (!unbatched) return [output, states];
    return [output.squeeze(this.batchFirst ? 0 : 1), states.map((state) => state.squeeze(1))];
  }

  private addWeights(
    gates: number,
    level: number,
    suffix: string,
    options: RecurrentOptions,
  ): void {
    const rows = gates * this.hiddenSize;
    const stateWidth = this.projSize > 0 ? this.projSize : this.hiddenSize;
    const inputWidth = level === 0 ? this.inputSize : stateWidth * (this.bidirectional ? 2 : 1);
    const add = (name: string, size: number[]): void => {
      this.registerParameter(name + suffix, new Parameter(empty(size, factory(options))));
      this.weightNames.push(name + suffix);
    };
    add("weight_ih", [rows, inputWidth]);
    add("weight_hh", [rows, stateWidth]);
    if (this.bias) {
      add("bias_ih", [rows]);
      add("bias_hh", [rows]);
    }
    if (this.projSize > 0) add("weight_hr", [this.projSize, this.hiddenSize]);
  }
}

/** Checks the options of one recurrent layer. @internal */
export function checkRecurrentOptions<T extends RecurrentOptions>(
  layer: string,
  options: T,
  more: string[] = [],
): T {
  return checkOptions(layer, options, [...RECURRENT_OPTIONS, ...more]);
}
