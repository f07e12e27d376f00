// RNN, LSTM and GRU.

import { gru, lstm, rnnRelu, rnnTanh } from "../generated/functions.js";
import type { Tensor } from "../tensor.js";
import { checkChoice } from "./arguments.js";
import { checkRecurrentOptions, RecurrentBase, type RecurrentOptions } from "./recurrent.js";

/** Options of {@link RNN}. */
export interface RNNOptions extends RecurrentOptions {
  /** Default `"tanh"`. */
  nonlinearity?: "tanh" | "relu";
}

/** Options of {@link LSTM}. */
export interface LSTMOptions extends RecurrentOptions {
  /** Project the state to this width; 0, the default, leaves it. */
  projSize?: number;
}

/** State of an LSTM: hidden `[levels, B, hiddenSize or projSize]` and cell `[levels, B, hiddenSize]`. */
export type LSTMState = [hidden: Tensor, cell: Tensor];

/**
 * Elman network: `h' = tanh(W_ih x + b_ih + W_hh h + b_hh)`.
 *
 * Weights carry PyTorch's names as fields: `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0`, with `_reverse`
 * added for the backward direction.
 */
export class RNN extends RecurrentBase {
  /** Activation of the state. */
  readonly nonlinearity: "tanh" | "relu";

  constructor(inputSize: number, hiddenSize: number, options: RNNOptions = {}) {
    super("RNN", 1, inputSize, hiddenSize, checkRecurrentOptions("RNN", options, ["nonlinearity"]));
    this.nonlinearity = checkChoice("RNN", "nonlinearity", options.nonlinearity ?? "tanh", [
      "tanh",
      "relu",
    ]);
  }

  /**
   * @param state - `[levels, B, hiddenSize]`, zeros by default; levels are layers times directions.
   * @returns the outputs of the last layer for every step, and the final state.
   */
  override forward(input: Tensor, state?: Tensor | null): [output: Tensor, state: Tensor] {
    return this.runSimple(this.nonlinearity === "tanh" ? rnnTanh : rnnRelu, input, state);
  }
}

/** Gated recurrent unit; weights are named as {@link RNN}'s, with the gates reset, update, new stacked in their rows. */
export class GRU extends RecurrentBase {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    super("GRU", 3, inputSize, hiddenSize, checkRecurrentOptions("GRU", options));
  }

  /**
   * @param state - `[levels, B, hiddenSize]`, zeros by default; levels are layers times directions.
   * @returns the outputs of the last layer for every step, and the final state.
   */
  override forward(input: Tensor, state?: Tensor | null): [output: Tensor, state: Tensor] {
    return this.runSimple(gru, input, state);
  }
}

/** Long short-term memory; weights are named as {@link RNN}'s, with the gates input, forget, cell, output stacked. */
export class LSTM extends RecurrentBase {
  constructor(inputSize: number, hiddenSize: number, options: LSTMOptions = {}) {
    const checked = checkRecurrentOptions("LSTM", options, ["projSize"]);
    super("LSTM", 4, inputSize, hiddenSize, checked, checked.projSize ?? 0);
  }

  /**
   * @param state - hidden and cell state, zeros by default.
   * @returns the outputs of the last layer for every step, and the final hidden and cell state.
   */
  override forward(input: Tensor, state?: LSTMState | null): [output: Tensor, state: LSTMState] {
    const [x, unbatched] = this.batched(input);
    const start = state ?? null;
    const h0 =
      start === null
        ? this.zeroState(x, this.projSize || this.hiddenSize)
        : batchState(start[0], unbatched);
    const c0 =
      start === null ? this.zeroState(x, this.hiddenSize) : batchState(start[1], unbatched);
    const { bias, numLayers, dropout, training, bidirectional, batchFirst } = this;
    const weights = this.flatWeights();
    const [output, h, c] = lstm(
      x,
      [h0, c0],
      weights,
      bias,
      numLayers,
      dropout,
      training,
      bidirectional,
      batchFirst,
    );
    const [y, states] = this.unbatch(output, [h, c], unbatched);
    return [y, states as LSTMState];
  }
}

function batchState(state: Tensor, unbatched: boolean): Tensor {
  return unbatched ? state.unsqueeze(1) : state;
}
