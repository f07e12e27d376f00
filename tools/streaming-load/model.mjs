// The model of the proof: a decoder of attention and feed-forward blocks without biases, all of whose matrices are nn.Linear.
import * as torch from "@fabric/torch";

const { nn, functional: F } = torch;

class Block extends nn.Module {
  constructor(width) {
    super();
    this.heads = width / 64;
    this.norm1 = new nn.LayerNorm(width);
    this.q = new nn.Linear(width, width, { bias: false });
    this.k = new nn.Linear(width, width, { bias: false });
    this.v = new nn.Linear(width, width, { bias: false });
    this.o = new nn.Linear(width, width, { bias: false });
    this.norm2 = new nn.LayerNorm(width);
    this.up = new nn.Linear(width, 4 * width, { bias: false });
    this.down = new nn.Linear(4 * width, width, { bias: false });
  }

  forward(x) {
    const [batch, length, width] = x.shape;
    const h = this.norm1.forward(x);
    const split = (t) => t.reshape([batch, length, this.heads, 64]).transpose(1, 2);
    const mixed = F.scaledDotProductAttention(
      split(this.q.forward(h)),
      split(this.k.forward(h)),
      split(this.v.forward(h)),
      { isCausal: true },
    );
    const joined = mixed.transpose(1, 2).reshape([batch, length, width]);
    const y = x.add(this.o.forward(joined));
    const wide = F.silu(this.up.forward(this.norm2.forward(y)));
    return y.add(this.down.forward(wide));
  }
}

/** `[batch, length]` of tokens to `[batch, length, vocabulary]`. */
export class Decoder extends nn.Module {
  constructor({ blocks, width, vocabulary }) {
    super();
    this.embedding = new nn.Embedding(vocabulary, width);
    this.blocks = Array.from({ length: blocks }, () => new Block(width));
    this.norm = new nn.LayerNorm(width);
    this.head = new nn.Linear(width, vocabulary, { bias: false });
  }

  forward(tokens) {
    let x = this.embedding.forward(tokens);
    for (const block of this.blocks) x = block.forward(x);
    return this.head.forward(this.norm.forward(x));
  }
}
