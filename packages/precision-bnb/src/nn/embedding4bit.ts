// A table of vectors in 4 bits.
import { checkOptions, nn, noGrad, type Tensor } from "@fabric/torch";
import { operatorFor } from "../operators.js";
import {
  checkNoMaxNorm,
  TABLE_OPTIONS,
  type TableOptions,
  tableNotReady,
  tableOptions,
} from "./embedding-options.js";
import { loadWeight, saveWeight } from "./load4bit.js";
import { castParams4bit, Params4bit, type Params4bitOptions, params4bit } from "./params4bit.js";

/** How the table of an {@link Embedding4bit} is packed. */
export type Embedding4bitPacking = Omit<Params4bitOptions, "compressStatistics">;

/** Options of {@link Embedding4bit}. */
export interface Embedding4bitOptions extends Embedding4bitPacking, TableOptions {}

const PACKING = ["quantType", "blocksize", "quantStorage"];

/**
 * `nn.Embedding` with a frozen 4-bit table, quantised when it reaches a device. Where `embeddingDim` is a multiple of `blocksize` only the rows
 * that are looked up are dequantised, else the whole table is. Results have the dtype of the table before. Scales are not quantised.
 *
 * @throws FabricError `FABRIC_CONFIG_ARGUMENT`, `FABRIC_CONFIG_OPTION`, `FABRIC_CONFIG_QUANT_TYPE`, `FABRIC_CONFIG_BLOCKSIZE`,
 * `FABRIC_CONFIG_QUANT_STORAGE`; TorchError at an index outside the table.
 */
export class Embedding4bit extends nn.Embedding {
  /** The table, float or packed. */
  declare weight: Params4bit;

  constructor(numEmbeddings: number, embeddingDim: number, options: Embedding4bitOptions = {}) {
    checkOptions("Embedding4bit", options, [...PACKING, ...TABLE_OPTIONS]);
    const { paddingIdx, device, dtype, ...packing } = options;
    super(numEmbeddings, embeddingDim, tableOptions(options));
    this.weight = new Params4bit(this.weight, { ...packing, compressStatistics: false });
  }

  /**
   * A layer with the table of `embedding`, shared until it is quantised, and its padding row.
   *
   * @throws FabricError `FABRIC_UNSUPPORTED_MAX_NORM` if the embedding has a `maxNorm`, and what the constructor throws.
   */
  static fromEmbedding(embedding: nn.Embedding, packing: Embedding4bitPacking = {}): Embedding4bit {
    checkOptions("Embedding4bit.fromEmbedding", packing, PACKING);
    checkNoMaxNorm("Embedding4bit.fromEmbedding", embedding);
    const { numEmbeddings, embeddingDim, paddingIdx, weight, training } = embedding;
    const options = { ...packing, paddingIdx, device: "meta" } as const;
    const layer = new Embedding4bit(numEmbeddings, embeddingDim, options);
    layer.weight = new Params4bit(weight.detach(), layer.weight.options);
    layer.training = training;
    return layer;
  }

  /** The rows at integer indices. @throws FabricError `FABRIC_USAGE_NOT_QUANTIZED`, `FABRIC_USAGE_NOT_LOADED`, `FABRIC_MISSING_KERNELS`. */
  override forward(input: Tensor): Tensor {
    const weight = params4bit("Embedding4bit", this.weight);
    const { quantState, isLoaded } = weight;
    const isMissing = weight.device === "meta" && input.device !== "meta";
    if (quantState === null || !isLoaded || isMissing)
      throw tableNotReady("Embedding4bit", weight, quantState !== null);
    const { blocksize, quantType, dtype, absmax } = quantState;
    const { embeddingDim } = this;
    if (embeddingDim % blocksize !== 0) return nn.functional.embedding(input, weight.dequantize());
    return noGrad(() => {
      const rows = input.reshape([-1]);
      const bytes = weight
        .detach()
        .view("uint8")
        .reshape([this.numEmbeddings, embeddingDim / 2]);
      const scales = absmax.view([this.numEmbeddings, embeddingDim / blocksize]);
      const values = operatorFor("dequantize_4bit", bytes)(
        bytes.indexSelect(0, rows),
        scales.indexSelect(0, rows).reshape([-1]),
        blocksize,
        quantType,
        [rows.numel(), embeddingDim],
        dtype,
      ) as Tensor;
      return values.reshape([...input.shape, embeddingDim]);
    });
  }

  /** The table in its dtype before; a copy. */
  dequantize(): Tensor {
    return this.weight.dequantize();
  }

  /** Draws a float table anew, the padding row zero, and packs it again if it was packed. */
  override resetParameters(): void {
    const { weight, numEmbeddings, embeddingDim, paddingIdx } = this;
    if (!(weight instanceof Params4bit) || weight.quantState === null) {
      super.resetParameters();
      return;
    }
    const { device } = weight;
    const { dtype } = weight.quantState;
    const fresh = new nn.Embedding(numEmbeddings, embeddingDim, { device, dtype, paddingIdx });
    weight.setFloat(fresh.weight, device);
  }

  override castOwnState(target: nn.OwnCastTarget): Iterable<Tensor> {
    return castParams4bit(this.weight, target);
  }

  override saveOwnState(into: Record<string, Tensor>, prefix: string, keepVars: boolean): void {
    super.saveOwnState(into, prefix, keepVars);
    saveWeight(this.weight, into, `${prefix}weight`);
  }

  override loadOwnState(
    source: ReadonlyMap<string, Tensor>,
    prefix: string,
    report: nn.LoadReport,
  ): void {
    loadWeight(this.weight, source, `${prefix}weight`, report);
  }
}
