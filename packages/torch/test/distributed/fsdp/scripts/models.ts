// Models and data of the tests of sharding: the same in every process.
import * as torch from "../../../../src/index.js";

const { nn, functional: F } = torch;

/** A residual block with a norm; sizes that no number of processes divides. */
export class Block extends nn.Module {
  ln: torch.nn.LayerNorm;
  fc1: torch.nn.Linear;
  fc2: torch.nn.Linear;
  constructor(width: number) {
    super();
    this.ln = new nn.LayerNorm(width);
    this.fc1 = new nn.Linear(width, 3 * width + 1);
    this.fc2 = new nn.Linear(3 * width + 1, width);
  }
  override forward(x: torch.Tensor): torch.Tensor {
    return x.add(this.fc2.forward(torch.relu(this.fc1.forward(this.ln.forward(x)))));
  }
}

/** Tied embedding and head, blocks, a scalar and a vector shorter than the number of processes. */
export class Net extends nn.Module {
  embedding: torch.nn.Embedding;
  head: torch.nn.Linear;
  blocks: Block[];
  scale = new nn.Parameter(torch.tensor(1.0));
  short: torch.nn.Parameter;
  constructor(width = 10, vocabulary = 11, depth = 3) {
    super();
    this.embedding = new nn.Embedding(vocabulary, width);
    this.blocks = Array.from({ length: depth }, () => new Block(width));
    this.head = new nn.Linear(width, vocabulary, { bias: false });
    this.head.weight = this.embedding.weight;
    this.short = new nn.Parameter(torch.ones([1, width]).div(10));
  }
  override forward(x: torch.Tensor): torch.Tensor {
    let h = this.embedding.forward(x).add(this.short);
    for (const block of this.blocks) h = block.forward(h);
    return this.head.forward(h.mul(this.scale));
  }
}

/** A batch of 8 samples, or the share of one process of it. */
export function batch(step: number, rank: number, size: number, vocabulary = 11) {
  const each = 8 / size;
  const indices = Array.from({ length: 8 }, (_, i) => (i * 3 + step * 5) % vocabulary);
  const share = indices.slice(rank * each, (rank + 1) * each);
  const x = torch.tensor(share, { dtype: "int64" });
  const y = torch.tensor(
    share.map((i) => (i * 7 + 3) % vocabulary),
    { dtype: "int64" },
  );
  return { x, y };
}

/** Trains for some steps; returns the losses of this process's share. */
export function train(
  net: torch.nn.Module,
  optimizer: torch.optim.Optimizer,
  { steps, rank, size, from = 0 }: { steps: number; rank: number; size: number; from?: number },
): number[] {
  const losses: number[] = [];
  for (let step = from; step < from + steps; step++) {
    torch.scope(() => {
      const { x, y } = batch(step, rank, size);
      const loss = F.crossEntropy(net.forward(x) as torch.Tensor, y);
      loss.backward();
      optimizer.step();
      optimizer.zeroGrad();
      losses.push(loss.item());
    });
  }
  return losses;
}
