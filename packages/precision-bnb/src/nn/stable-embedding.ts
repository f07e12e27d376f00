// An embedding that trains well with 8-bit optimizers.
import { nn, noGrad, type Tensor } from "@fabric/torch";
import { GlobalOptimManager } from "../optim/global-optim-manager.js";

/**
 * An embedding with Xavier's initialisation and a layer norm behind it, whose table has 32-bit state in the optimizers of this package (Dettmers
 * et al. 2022, "8-bit Optimizers via Block-wise Quantization", 2.3). `[...]` of integers to `[..., embeddingDim]` in the dtype of the table.
 *
 * State dicts have `weight`, `norm.weight` and `norm.bias`, as in bitsandbytes.
 *
 * @throws FabricError as `nn.Embedding`.
 */
export class StableEmbedding extends nn.Embedding {
  /** Of what is looked up; float32 in a float16 model computes in float32. */
  norm: nn.LayerNorm;

  constructor(
    numEmbeddings: number,
    embeddingDim: number,
    options: nn.EmbeddingModuleOptions = {},
  ) {
    super(numEmbeddings, embeddingDim, options);
    const { device } = options;
    this.norm = new nn.LayerNorm(embeddingDim, device === undefined ? {} : { device });
    GlobalOptimManager.getInstance().registerModuleOverride(this, "weight", { optimBits: 32 });
  }

  /** Draws the table anew; the padding row is 0. */
  override resetParameters(): void {
    nn.init.xavierUniform_(this.weight);
    const { paddingIdx } = this;
    if (paddingIdx !== null) noGrad(() => this.weight.select(0, paddingIdx).zero_());
  }

  /** Rows of the table, normalised. */
  override forward(input: Tensor): Tensor {
    const rows = super.forward(input).to(this.norm.weight?.dtype ?? this.weight.dtype);
    return this.norm.forward(rows).to(this.weight.dtype);
  }
}
