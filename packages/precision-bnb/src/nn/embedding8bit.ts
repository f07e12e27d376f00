// A table of vectors in 8 bits.
import { checkOptions, nn, noGrad, type Tensor } from "@fabric/torch";
import { int8VectorwiseDequant } from "../functional/int8.js";
import {
  checkNoMaxNorm,
  TABLE_OPTIONS,
  type TableOptions,
  tableNotReady,
  tableOptions,
} from "./embedding-options.js";
import { Int8Params } from "./int8-params.js";
import { castInt8Params } from "./linear8bit.js";
import { loadWeight8bit, saveScales } from "./load8bit.js";

/** Options of {@link Embedding8bit}. */
export interface Embedding8bitOptions extends TableOptions {}

/**
 * `nn.Embedding` with a frozen table of int8 codes and one scale a row, quantised when it reaches a device: `[...]` to `[..., embeddingDim]`, in
 * the dtype of the table before. Only the rows that are looked up are dequantised. It can be saved, with the keys of `Linear8bitLt`.
 *
 * @throws FabricError `FABRIC_CONFIG_ARGUMENT`, `FABRIC_CONFIG_OPTION`; TorchError at an index outside the table.
 */
export class Embedding8bit extends nn.Embedding {
  /** The table, float or codes. */
  declare weight: Int8Params;

  constructor(numEmbeddings: number, embeddingDim: number, options: Embedding8bitOptions = {}) {
    checkOptions("Embedding8bit", options, TABLE_OPTIONS);
    super(numEmbeddings, embeddingDim, tableOptions(options));
    this.weight = new Int8Params(this.weight.detach());
  }

  /**
   * A layer with the table of `embedding`, shared until it is quantised, and its padding row.
   *
   * @throws FabricError `FABRIC_UNSUPPORTED_MAX_NORM` if the embedding has a `maxNorm`.
   */
  static fromEmbedding(embedding: nn.Embedding): Embedding8bit {
    checkNoMaxNorm("Embedding8bit.fromEmbedding", embedding);
    const { numEmbeddings, embeddingDim, paddingIdx, weight, training } = embedding;
    const layer = new Embedding8bit(numEmbeddings, embeddingDim, { paddingIdx, device: "meta" });
    layer.weight = new Int8Params(weight.detach());
    layer.training = training;
    return layer;
  }

  /** Rows of the table, in its float dtype. @throws FabricError `FABRIC_USAGE_NOT_QUANTIZED`, `FABRIC_USAGE_NOT_LOADED`, `FABRIC_MISSING_KERNELS`. */
  override forward(input: Tensor): Tensor {
    const { weight, embeddingDim } = this;
    const { SCB } = weight;
    const isMissing = weight.device === "meta" && input.device !== "meta";
    if (SCB === null || !weight.isLoaded || isMissing)
      throw tableNotReady("Embedding8bit", weight, SCB !== null);
    return noGrad(() => {
      const rows = input.reshape([-1]);
      const codes = weight.detach().indexSelect(0, rows);
      const scales = SCB.indexSelect(0, rows);
      const values = int8VectorwiseDequant(codes, scales, weight.sourceDtype);
      return values.reshape([...input.shape, embeddingDim]);
    });
  }

  /** The table in its dtype before; a copy. */
  dequantize(): Tensor {
    return this.weight.toFloat();
  }

  /** Draws a float table anew, the padding row zero, and quantises it again if it was. */
  override resetParameters(): void {
    const { weight, numEmbeddings, embeddingDim, paddingIdx } = this;
    if (!(weight instanceof Int8Params) || weight.SCB === null) {
      super.resetParameters();
      return;
    }
    const { device, sourceDtype } = weight;
    const options = { device, dtype: sourceDtype, paddingIdx };
    const fresh = new nn.Embedding(numEmbeddings, embeddingDim, options);
    weight.setFloat(fresh.weight, device);
  }

  override castOwnState(target: nn.OwnCastTarget): Iterable<Tensor> {
    return castInt8Params(this.weight, target);
  }

  override saveOwnState(into: Record<string, Tensor>, prefix: string, keepVars: boolean): void {
    super.saveOwnState(into, prefix, keepVars);
    saveScales(this.weight, into, prefix);
  }

  override loadOwnState(
    source: ReadonlyMap<string, Tensor>,
    prefix: string,
    report: nn.LoadReport,
  ): void {
    loadWeight8bit(this.weight, source, prefix, report);
  }
}
