// A small GPT: pre-norm transformer blocks over learned token and position embeddings. Written as an example to start from.
import { functional as F, nn, type Tensor, torch } from "@fabric/core";

/** Sizes of a {@link Gpt}. */
export interface GptConfig {
  /** Transformer blocks. */
  readonly layers: number;
  /** Width C of the residual stream; a multiple of `heads`. */
  readonly width: number;
  /** Attention heads H, each of width C / H. */
  readonly heads: number;
  /** The longest sequence, in tokens. */
  readonly context: number;
  /** Different tokens V. */
  readonly vocab: number;
}

/** Causal self-attention: each position looks at itself and at those before it. `[B, T, C]` to `[B, T, C]`. */
export class SelfAttention extends nn.Module {
  readonly heads: number;
  /** Queries, keys and values of all heads in one matrix product. */
  qkv: nn.Linear;
  out: nn.Linear;

  constructor({ width, heads }: GptConfig) {
    super();
    this.heads = heads;
    this.qkv = new nn.Linear(width, 3 * width);
    this.out = new nn.Linear(width, width);
  }

  override forward(x: Tensor): Tensor {
    const [batch, time, width] = x.shape as [number, number, number];
    const parts = this.qkv.forward(x).view([batch, time, 3, this.heads, width / this.heads]);
    const [q, k, v] = parts.permute([2, 0, 3, 1, 4]).unbind() as [Tensor, Tensor, Tensor]; // [B, H, T, C / H] each
    const heads = F.scaledDotProductAttention(q, k, v, { isCausal: true });
    return this.out.forward(heads.transpose(1, 2).reshape([batch, time, width]));
  }
}

/** Attention, then a perceptron of four times the width, each added to what came in. `[B, T, C]` to `[B, T, C]`. */
export class Block extends nn.Module {
  norm1: nn.LayerNorm;
  attention: SelfAttention;
  norm2: nn.LayerNorm;
  up: nn.Linear;
  down: nn.Linear;

  constructor(config: GptConfig) {
    super();
    const { width } = config;
    this.norm1 = new nn.LayerNorm(width);
    this.attention = new SelfAttention(config);
    this.norm2 = new nn.LayerNorm(width);
    this.up = new nn.Linear(width, 4 * width);
    this.down = new nn.Linear(4 * width, width);
  }

  override forward(input: Tensor): Tensor {
    const x = input.add(this.attention.forward(this.norm1.forward(input)));
    return x.add(this.down.forward(F.gelu(this.up.forward(this.norm2.forward(x)))));
  }
}

/**
 * A decoder-only language model without dropout; the head has weights of its own.
 *
 * @example
 * ```ts
 * const net = new Gpt({ layers: 4, width: 256, heads: 4, context: 128, vocab: 65 });
 * const logits = net.forward(tokens); // int64 [B, T] to [B, T, V]
 * const loss = gptLoss(logits, nextTokens);
 * ```
 */
export class Gpt extends nn.Module {
  readonly config: GptConfig;
  tokens: nn.Embedding;
  /** Learned, one vector a position: `[context, C]`. */
  positions: nn.Embedding;
  blocks: Block[];
  norm: nn.LayerNorm;
  head: nn.Linear;

  constructor(config: GptConfig) {
    super();
    const { layers, width, context, vocab } = config;
    this.config = config;
    this.tokens = new nn.Embedding(vocab, width);
    this.positions = new nn.Embedding(context, width);
    this.blocks = Array.from({ length: layers }, () => new Block(config));
    this.norm = new nn.LayerNorm(width);
    this.head = new nn.Linear(width, vocab, { bias: false });
    this.#initialise();
  }

  /** Scores `[B, T, V]` of the token after each position; `tokens` is int64 `[B, T]` with T up to `context`. */
  override forward(tokens: Tensor): Tensor {
    const time = tokens.size(1);
    let x = this.tokens.forward(tokens).add(this.positions.weight.narrow(0, 0, time)); // [B, T, C]
    for (const block of this.blocks) x = block.forward(x);
    return this.head.forward(this.norm.forward(x));
  }

  /** As GPT-2: normal weights of deviation 0.02, zero biases, and less on what is added to the residual stream. */
  #initialise(): void {
    const residual = 0.02 / Math.sqrt(2 * this.config.layers);
    torch.noGrad(() => {
      for (const module of this.modules()) {
        if (module instanceof nn.Linear || module instanceof nn.Embedding)
          nn.init.normal_(module.weight, 0, 0.02);
        if (module instanceof nn.Linear && module.bias !== null) nn.init.zeros_(module.bias);
      }
      for (const { attention, down } of this.blocks)
        for (const linear of [attention.out, down]) nn.init.normal_(linear.weight, 0, residual);
    });
  }
}

/** Mean cross-entropy in nats of scores `[B, T, V]` against the tokens that came next, int64 `[B, T]`. A scalar. */
export function gptLoss(logits: Tensor, next: Tensor): Tensor {
  return F.crossEntropy(logits.flatten(0, 1), next.flatten());
}
