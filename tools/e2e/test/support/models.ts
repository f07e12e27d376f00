// The two models of the recorded runs.
import * as torch from "@fabric/torch";
import { functional as F, nn, type Tensor } from "@fabric/torch";

/** `fc3(tanh(fc2(layer_norm(relu(fc1(x))))))`. `[B, 12]` -> `[B, 5]`. */
export class Mlp extends nn.Module {
  fc1: nn.Linear = new nn.Linear(12, 24);
  ln: nn.LayerNorm = new nn.LayerNorm(24);
  fc2: nn.Linear = new nn.Linear(24, 24);
  fc3: nn.Linear = new nn.Linear(24, 5);

  override forward(x: Tensor): Tensor {
    const hidden = this.ln.forward(torch.relu(this.fc1.forward(x)));
    return this.fc3.forward(torch.tanh(this.fc2.forward(hidden)));
  }
}

const [VOCABULARY, LENGTH, WIDTH, HEADS, LAYERS] = [17, 12, 16, 2, 2];

class Block extends nn.Module {
  ln1: nn.LayerNorm = new nn.LayerNorm(WIDTH);
  qkv: nn.Linear = new nn.Linear(WIDTH, 3 * WIDTH);
  proj: nn.Linear = new nn.Linear(WIDTH, WIDTH);
  ln2: nn.LayerNorm = new nn.LayerNorm(WIDTH);
  up: nn.Linear = new nn.Linear(WIDTH, 4 * WIDTH);
  down: nn.Linear = new nn.Linear(4 * WIDTH, WIDTH);

  override forward(x: Tensor): Tensor {
    const attended = x.add(this.proj.forward(attend(this.qkv.forward(this.ln1.forward(x)))));
    return attended.add(this.down.forward(F.gelu(this.up.forward(this.ln2.forward(attended)))));
  }
}

/** A decoder of two layers. ids `[B, T]` -> logits `[B, T, V]`. */
export class Gpt extends nn.Module {
  tok: nn.Embedding = new nn.Embedding(VOCABULARY, WIDTH);
  pos: nn.Embedding = new nn.Embedding(LENGTH, WIDTH);
  blocks: Block[] = Array.from({ length: LAYERS }, () => new Block());
  lnf: nn.LayerNorm = new nn.LayerNorm(WIDTH);
  head: nn.Linear = new nn.Linear(WIDTH, VOCABULARY, { bias: false });

  override forward(ids: Tensor): Tensor {
    const positions = torch.arange(0, ids.shape[1] as number);
    let x = this.tok.forward(ids).add(this.pos.forward(positions)); // [B, T, C]
    for (const block of this.blocks) x = block.forward(x);
    return this.head.forward(this.lnf.forward(x));
  }
}

/** Causal attention of contiguous head slices. `[B, T, 3 C]` -> `[B, T, C]`. */
function attend(qkv: Tensor): Tensor {
  const [B, T] = qkv.shape as readonly [number, number, number];
  const D = WIDTH / HEADS;
  const split = (part: Tensor): Tensor => part.view([B, T, HEADS, D]).transpose(1, 2); // [B, H, T, D]
  const [q, k, v] = qkv.split(WIDTH, -1).map(split) as [Tensor, Tensor, Tensor];
  const scores = q.matmul(k.transpose(-2, -1)).mul(1 / Math.sqrt(D)); // [B, H, T, T]
  const future = torch.ones([T, T], { dtype: "bool" }).triu(1);
  const weights = scores.maskedFill(future, Number.NEGATIVE_INFINITY).softmax(-1);
  return weights.matmul(v).transpose(1, 2).reshape([B, T, WIDTH]);
}
