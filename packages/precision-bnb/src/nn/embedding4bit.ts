// A table of vectors in 4 bits.
import { FabricError, nn, noGrad, type Tensor } from "@fabric/torch";
import { checkKeys, shown } from "../functional/arguments.js";
import { operatorFor } from "../operators.js";
import { loadWeight, saveWeight } from "./load4bit.js";
import { castParams4bit, Params4bit, type Params4bitOptions } from "./params4bit.js";

/** Options of {@link Embedding4bit}. */
export interface Embedding4bitOptions extends Omit<Params4bitOptions, "compressStatistics"> {
  device?: nn.EmbeddingModuleOptions["device"];
  dtype?: nn.EmbeddingModuleOptions["dtype"];
}

/**
 * `nn.Embedding` with a frozen 4-bit table, quantised when it reaches a device. Where `embeddingDim` is a multiple of `blocksize` only the rows
 * that are looked up are dequantised, else the whole table is. Results have the dtype of the table before. Scales are not quantised.
 */
export class Embedding4bit extends nn.Embedding {
  /** The table, float or packed. */
  declare weight: Params4bit;

  constructor(numEmbeddings: number, embeddingDim: number, options: Embedding4bitOptions = {}) {
    checkKeys("Embedding4bit", options, [
      "quantType",
      "blocksize",
      "quantStorage",
      "device",
      "dtype",
    ]);
    const { device, dtype, ...packing } = options;
    super(numEmbeddings, embeddingDim, {
      ...(device === undefined ? {} : { device }),
      ...(dtype === undefined ? {} : { dtype }),
    });
    this.weight = new Params4bit(this.weight, { ...packing, compressStatistics: false });
  }

  /** The rows at integer indices. @throws FabricError `FABRIC_USAGE_NOT_QUANTIZED`. */
  override forward(input: Tensor): Tensor {
    const { quantState, isLoaded } = this.weight;
    if (quantState === null || !isLoaded)
      throw new FabricError(
        "FABRIC_USAGE_NOT_QUANTIZED",
        `Embedding4bit: the table is not quantised (${shown(this.weight)}). Call layer.to(device), or load a state dict.`,
      );
    const { blocksize, quantType, dtype, absmax } = quantState;
    const { embeddingDim } = this;
    if (embeddingDim % blocksize !== 0)
      return nn.functional.embedding(input, this.weight.dequantize());
    return noGrad(() => {
      const rows = input.reshape([-1]);
      const bytes = this.weight
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
