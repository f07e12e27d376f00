// Single steps of recurrent networks.

import { empty, zeros } from "../creation.js";
import { gruCell, lstmCell, rnnReluCell, rnnTanhCell } from "../generated/functions.js";
import type { Tensor } from "../tensor.js";
import {
  checkChoice,
  checkInteger,
  checkOptions,
  type FactoryOptions,
  factory,
} from "./arguments.js";
import { uniform_ } from "./init/fill.js";
import { Module } from "./module.js";
import { describeOptions } from "./module-print.js";
import { Parameter } from "./parameter.js";

/** Options of the recurrent cells. */
export interface CellOptions extends FactoryOptions {
  /** Learned biases; default true. */
  bias?: boolean;
}

/** Options of {@link RNNCell}. */
export interface RNNCellOptions extends CellOptions {
  /** Default `"tanh"`. */
  nonlinearity?: "tanh" | "relu";
}

/** Base of the recurrent cells; not meant to be extended from outside. */
export abstract class CellBase extends Module {
  static override readonly stateNames: Readonly<Record<string, string>> = {
    weightIh: "weight_ih",
    weightHh: "weight_hh",
    biasIh: "bias_ih",
    biasHh: "bias_hh",
  };

  /** Width of the input. */
  readonly inputSize: number;
  /** Width of the state. */
  readonly hiddenSize: number;
  /** `[gates * hiddenSize, inputSize]` */
  weightIh: Parameter;
  /** `[gates * hiddenSize, hiddenSize]` */
  weightHh: Parameter;
  /** `[gates * hiddenSize]`, or null. */
  biasIh: Parameter | null;
  /** `[gates * hiddenSize]`, or null. */
  biasHh: Parameter | null;

  protected constructor(
    layer: string,
    gates: number,
    inputSize: number,
    hiddenSize: number,
    options: CellOptions,
  ) {
    super();
    this.inputSize = checkInteger(layer, "inputSize", inputSize, 1);
    this.hiddenSize = checkInteger(layer, "hiddenSize", hiddenSize, 1);
    const rows = gates * hiddenSize;
    const make = (...size: number[]): Parameter => new Parameter(empty(size, factory(options)));
    this.weightIh = make(rows, inputSize);
    this.weightHh = make(rows, hiddenSize);
    this.biasIh = (options.bias ?? true) ? make(rows) : null;
    this.biasHh = (options.bias ?? true) ? make(rows) : null;
    this.resetParameters();
  }

  /** Draws every weight uniformly in `+-1 / sqrt(hiddenSize)`. */
  resetParameters(): void {
    const bound = 1 / Math.sqrt(this.hiddenSize);
    for (const weight of this.parameters()) uniform_(weight, -bound, bound);
  }

  override extraRepr(): string {
    return describeOptions({ inputSize: this.inputSize, hiddenSize: this.hiddenSize });
  }

  /** A state of zeros for `[B, inputSize]` or `[inputSize]`. @internal */
  protected zeroState(input: Tensor): Tensor {
    const size = [...input.shape.slice(0, -1), this.hiddenSize];
    return zeros(size, { dtype: input.dtype, device: input.device });
  }
}

/** One step of an Elman network: `[B, inputSize]` and a state `[B, hiddenSize]` to the next state. */
export class RNNCell extends CellBase {
  /** Activation of the state. */
  readonly nonlinearity: "tanh" | "relu";

  constructor(inputSize: number, hiddenSize: number, options: RNNCellOptions = {}) {
    super(
      "RNNCell",
      1,
      inputSize,
      hiddenSize,
      checkOptions("RNNCell", options, [...OPTIONS, "nonlinearity"]),
    );
    const { nonlinearity = "tanh" } = options;
    this.nonlinearity = checkChoice("RNNCell", "nonlinearity", nonlinearity, ["tanh", "relu"]);
  }

  override forward(input: Tensor, state?: Tensor | null): Tensor {
    const step = this.nonlinearity === "tanh" ? rnnTanhCell : rnnReluCell;
    const { weightIh, weightHh, biasIh, biasHh } = this;
    return step(input, state ?? this.zeroState(input), weightIh, weightHh, biasIh, biasHh);
  }
}

/** One step of a GRU: `[B, inputSize]` and a state `[B, hiddenSize]` to the next state. */
export class GRUCell extends CellBase {
  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    super("GRUCell", 3, inputSize, hiddenSize, checkOptions("GRUCell", options, OPTIONS));
  }

  override forward(input: Tensor, state?: Tensor | null): Tensor {
    const { weightIh, weightHh, biasIh, biasHh } = this;
    return gruCell(input, state ?? this.zeroState(input), weightIh, weightHh, biasIh, biasHh);
  }
}

/** One step of an LSTM: `[B, inputSize]` and hidden and cell state to the next hidden and cell state. */
export class LSTMCell extends CellBase {
  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    super("LSTMCell", 4, inputSize, hiddenSize, checkOptions("LSTMCell", options, OPTIONS));
  }

  override forward(
    input: Tensor,
    state?: readonly [hidden: Tensor, cell: Tensor] | null,
  ): [hidden: Tensor, cell: Tensor] {
    const { weightIh, weightHh, biasIh, biasHh } = this;
    const start = state ?? [this.zeroState(input), this.zeroState(input)];
    return lstmCell(input, [...start], weightIh, weightHh, biasIh, biasHh);
  }
}

const OPTIONS = ["bias", "device", "dtype"];
