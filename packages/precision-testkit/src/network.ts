// The network that the rules train: an embedding, linear layers, a norm, buffers of both kinds.

import { type Device, functional as F, nn, type Tensor, torch } from "@fabric/core";

/** Features of input and output; 16 fits the blocks of FP8 and 4-bit layers. */
export const FEATURES = 16;
const HIDDEN = 32;
const VOCABULARY = 8;
const BATCH = 16;

/** `down(tanh(norm(up(x + embed(ids))))) * scale`; `[B, 16]` and int64 `[B]` to `[B, 16]`. */
export class KitNet extends nn.Module {
  embed: nn.Embedding = new nn.Embedding(VOCABULARY, FEATURES);
  up: nn.Linear = new nn.Linear(FEATURES, HIDDEN);
  norm: nn.LayerNorm = new nn.LayerNorm(HIDDEN);
  down: nn.Linear = new nn.Linear(HIDDEN, FEATURES);
  /** Dtypes that a forward pass met: of its input, of a linear layer's output, of a new tensor. */
  met: { input: string; linear: string; fresh: string } | null = null;

  constructor() {
    super();
    this.registerBuffer("scale", torch.ones([1]));
    this.registerBuffer("steps", torch.zeros([], { dtype: "int64" }));
    this.registerBuffer("mask", torch.ones([FEATURES], { dtype: "bool" }));
  }

  override forward(x: Tensor, ids: Tensor): Tensor {
    const wide = this.up.forward(x.add(this.embed.forward(ids))); // [B, 32]
    this.met = {
      input: x.dtype,
      linear: wide.dtype,
      fresh: torch.scope(() => torch.zeros([1]).dtype),
    };
    const out = this.down.forward(F.tanh(this.norm.forward(wide))); // [B, 16]
    return out.mul(this.getBuffer("scale"));
  }
}

/** Its output layer is its input layer, transposed: `[B]` int64 to `[B, 8]`. */
export class TiedNet extends nn.Module {
  embed: nn.Embedding = new nn.Embedding(VOCABULARY, FEATURES);
  mix: nn.Linear = new nn.Linear(FEATURES, FEATURES);
  head: nn.Linear = new nn.Linear(FEATURES, VOCABULARY, { bias: false });

  constructor() {
    super();
    this.head.weight = this.embed.weight;
  }

  override forward(ids: Tensor): Tensor {
    return this.head.forward(F.tanh(this.mix.forward(this.embed.forward(ids)))); // [B, 8]
  }
}

/** What one training step needs. */
export interface Batch {
  /** `[16, 16]`, float32. */
  readonly x: Tensor;
  /** `[16]`, int64, each in `[0, 8)`. */
  readonly ids: Tensor;
  /** `[16, 16]`, float32. */
  readonly y: Tensor;
}

/** The batch number `index`, always the same; the generator stands at a known place afterwards. */
export function batch(index: number, device: Device): Batch {
  torch.manualSeed(1000 + index);
  const x = torch.randn([BATCH, FEATURES]);
  const ids = torch.randint(0, VOCABULARY, [BATCH]);
  const y = torch.sin(x.mul(2)).mul(0.5);
  return { x: x.to(device), ids: ids.to(device), y: y.to(device) };
}

/** A network with the weights that `seed` gives. */
export function makeNet(seed = 1): KitNet {
  torch.manualSeed(seed);
  return new KitNet();
}
