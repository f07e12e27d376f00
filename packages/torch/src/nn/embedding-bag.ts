// EmbeddingBag: sums, means or maxima of rows of a table.

import { empty } from "../creation.js";
import type { Tensor } from "../tensor.js";
import {
  checkChoice,
  checkInteger,
  checkOptions,
  type FactoryOptions,
  factory,
} from "./arguments.js";
import { embeddingBag } from "./functional/embedding.js";
import { normal_ } from "./init/fill.js";
import { Module } from "./module.js";
import { describeOptions } from "./module-print.js";
import { Parameter } from "./parameter.js";

/** Options of {@link EmbeddingBag}. */
export interface EmbeddingBagModuleOptions extends FactoryOptions {
  /** How a bag is gathered, default `"mean"`. */
  mode?: "sum" | "mean" | "max";
}

/** Looks bags of integers up in a table and gathers each: `[B, N]`, or flat with offsets, to `[B, embeddingDim]`. */
export class EmbeddingBag extends Module {
  /** Rows of the table. */
  readonly numEmbeddings: number;
  /** Width of the table. */
  readonly embeddingDim: number;
  /** How a bag is gathered. */
  readonly mode: "sum" | "mean" | "max";
  /** `[numEmbeddings, embeddingDim]` */
  weight: Parameter;

  constructor(
    numEmbeddings: number,
    embeddingDim: number,
    options: EmbeddingBagModuleOptions = {},
  ) {
    super();
    const layer = "EmbeddingBag";
    checkOptions(layer, options, ["mode", "device", "dtype"]);
    this.numEmbeddings = checkInteger(layer, "numEmbeddings", numEmbeddings, 0);
    this.embeddingDim = checkInteger(layer, "embeddingDim", embeddingDim, 0);
    this.mode = checkChoice(layer, "mode", options.mode ?? "mean", ["sum", "mean", "max"]);
    this.weight = new Parameter(empty([numEmbeddings, embeddingDim], factory(options)));
    this.resetParameters();
  }

  /** Draws the table anew. */
  resetParameters(): void {
    normal_(this.weight);
  }

  /**
   * Gathers each bag.
   *
   * @param offsets - where each bag starts in a flat input.
   * @param perSampleWeights - a factor per index, only with `"sum"`.
   */
  override forward(
    input: Tensor,
    offsets?: Tensor | null,
    perSampleWeights?: Tensor | null,
  ): Tensor {
    const start = offsets ?? undefined;
    return embeddingBag(input, this.weight, {
      mode: this.mode,
      perSampleWeights: perSampleWeights ?? null,
      ...(start !== undefined && { offsets: start }),
    });
  }

  override extraRepr(): string {
    const { numEmbeddings, embeddingDim, mode } = this;
    return describeOptions({ numEmbeddings, embeddingDim, mode });
  }
}
