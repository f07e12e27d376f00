// Embedding: a table of vectors.

import { noGrad } from "../contexts.js";
import { empty } from "../creation.js";
import { embedding } from "../generated/functions.js";
import type { Tensor } from "../tensor.js";
import {
  argumentError,
  checkInteger,
  checkNumber,
  checkOptions,
  type FactoryOptions,
  factory,
} from "./arguments.js";
import { replacementFor } from "./construction-hook.js";
import { embedding as lookUp } from "./functional/embedding.js";
import { normal_ } from "./init/fill.js";
import { isInitSkipped, skipInit } from "./init/skip.js";
import { Module } from "./module.js";
import { describeOptions } from "./module-print.js";
import { Parameter } from "./parameter.js";

/** Options of {@link Embedding}. */
export interface EmbeddingModuleOptions extends FactoryOptions {
  /** Row that starts at zero and receives no gradient; negative counts from the end. */
  paddingIdx?: number | null;
  /** Rows looked up are first scaled down, in place, to at most this norm. */
  maxNorm?: number | null;
  /** Degree of that norm, default 2. */
  normType?: number;
  /** Divide gradients by how often a row occurs in the batch; default false. */
  scaleGradByFreq?: boolean;
  /** Make the gradient of the table sparse; default false. */
  sparse?: boolean;
}

const OPTIONS = [
  "paddingIdx",
  "maxNorm",
  "normType",
  "scaleGradByFreq",
  "sparse",
  "device",
  "dtype",
];

/**
 * Looks integers up in a table: `[...]` to `[..., embeddingDim]`. `weight` is `[numEmbeddings, embeddingDim]` and starts
 * standard normal.
 *
 * @throws FabricError `FABRIC_CONFIG_ARGUMENT` for a wrong argument; TorchError at an index outside the table.
 */
export class Embedding extends Module {
  /** Rows of the table. */
  readonly numEmbeddings: number;
  /** Width of the table. */
  readonly embeddingDim: number;
  /** Row without gradient, or null. */
  readonly paddingIdx: number | null;
  /** Largest norm of a row looked up, or null. */
  readonly maxNorm: number | null;
  /** Degree of the norm. */
  readonly normType: number;
  /** Whether gradients are divided by how often a row occurs. */
  readonly scaleGradByFreq: boolean;
  /** Whether the gradient of the table is sparse. */
  readonly sparse: boolean;
  /** `[numEmbeddings, embeddingDim]` */
  weight!: Parameter;

  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingModuleOptions = {}) {
    super();
    checkOptions("Embedding", options, OPTIONS);
    this.numEmbeddings = checkInteger("Embedding", "numEmbeddings", numEmbeddings, 0);
    this.embeddingDim = checkInteger("Embedding", "embeddingDim", embeddingDim, 0);
    this.paddingIdx = checkPadding(options.paddingIdx ?? null, numEmbeddings);
    this.maxNorm =
      options.maxNorm === undefined || options.maxNorm === null
        ? null
        : checkNumber("Embedding", "maxNorm", options.maxNorm);
    this.normType = checkNumber("Embedding", "normType", options.normType ?? 2);
    this.scaleGradByFreq = options.scaleGradByFreq ?? false;
    this.sparse = options.sparse ?? false;
    const replacement = replacementFor(new.target, Embedding, [
      numEmbeddings,
      embeddingDim,
      options,
    ]);
    // biome-ignore lint/correctness/noConstructorReturn: this is how a plugin's layer takes the place of this one
    if (replacement !== undefined) return replacement as Embedding;
    this.weight = new Parameter(empty([numEmbeddings, embeddingDim], factory(options)));
    this.resetParameters();
  }

  /** Makes an embedding of given vectors, frozen unless told otherwise. @param embeddings - `[V, C]`. */
  static fromPretrained(
    embeddings: Tensor,
    { freeze = true, ...options }: EmbeddingModuleOptions & { freeze?: boolean } = {},
  ): Embedding {
    const [rows, columns] = embeddings.shape;
    if (embeddings.ndim !== 2) {
      throw argumentError("Embedding.fromPretrained", "embeddings", "a tensor [V, C]", [
        ...embeddings.shape,
      ]);
    }
    // No random number may be drawn for a table that is given.
    const made = skipInit(() => new Embedding(rows as number, columns as number, options));
    made.weight = new Parameter(embeddings, { requiresGrad: !freeze });
    return made;
  }

  /** Draws the table anew, the padding row zero. */
  resetParameters(): void {
    normal_(this.weight);
    const padding = this.paddingIdx;
    if (padding !== null && !isInitSkipped())
      noGrad(() => void this.weight.detach().select(0, padding).zero_());
  }

  override forward(input: Tensor): Tensor {
    if (this.maxNorm !== null) {
      const { paddingIdx, maxNorm, normType, scaleGradByFreq, sparse } = this;
      return lookUp(input, this.weight, { paddingIdx, maxNorm, normType, scaleGradByFreq, sparse });
    }
    return embedding(this.weight, input, this.paddingIdx ?? -1, this.scaleGradByFreq, this.sparse);
  }

  override extraRepr(): string {
    const { numEmbeddings, embeddingDim, paddingIdx } = this;
    return describeOptions({ numEmbeddings, embeddingDim, paddingIdx: paddingIdx ?? undefined });
  }
}

function checkPadding(paddingIdx: number | null, rows: number): number | null {
  if (paddingIdx === null) return null;
  if (Number.isInteger(paddingIdx) && paddingIdx >= -rows && paddingIdx < rows) {
    return paddingIdx < 0 ? paddingIdx + rows : paddingIdx;
  }
  throw argumentError(
    "Embedding",
    "paddingIdx",
    `an integer from ${-rows} to ${rows - 1}`,
    paddingIdx,
  );
}
