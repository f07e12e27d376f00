// What the tests of fsdp train: a small residual network, and one process to compare with.
import {
  type ClusterEnvironment,
  functional as F,
  type Fabric,
  nn,
  type Tensor,
  torch,
} from "@fabric/core";

export const WIDTH = 32;
export const TOKENS = 24;

/** A process on its own. */
export const alone: ClusterEnvironment = {
  name: "alone",
  createsProcessesExternally: true,
  mainAddress: "127.0.0.1",
  mainPort: 1,
  worldSize: () => 1,
  globalRank: () => 0,
  localRank: () => 0,
  nodeRank: () => 0,
};

/** Sizes that no number of processes divides. */
export class Block extends nn.Module {
  norm = new nn.LayerNorm(WIDTH);
  up = new nn.Linear(WIDTH, 2 * WIDTH + 2);
  down = new nn.Linear(2 * WIDTH + 2, WIDTH);
  override forward(x: Tensor): Tensor {
    const h = F.gelu(this.up.forward(this.norm.forward(x)));
    return x.add(this.down.forward(h));
  }
}

/** Three blocks between an embedding and a head. */
export class Net extends nn.Module {
  embedding = new nn.Embedding(TOKENS, WIDTH);
  blocks = [new Block(), new Block(), new Block()];
  norm = new nn.LayerNorm(WIDTH);
  head = new nn.Linear(WIDTH, TOKENS);
  override forward(x: Tensor): Tensor {
    let h = this.embedding.forward(x);
    for (const block of this.blocks) h = block.forward(h);
    return this.head.forward(this.norm.forward(h));
  }
  /** Marked from the start: runs inside the precision and with parameters gathered, as forward does. */
  trainingStep(x: Tensor, y: Tensor): Tensor {
    return F.crossEntropy(this.forward(x).float(), y);
  }
}

/** The batch of a step, or a process's share of it. */
export function batch(step: number, rows: number, rank: number, size: number): [Tensor, Tensor] {
  const all = Array.from({ length: rows }, (_, i) => (i * 5 + step * 7) % TOKENS);
  const each = rows / size;
  const mine = all.slice(rank * each, (rank + 1) * each);
  const x = torch.tensor(mine, { dtype: "int64" });
  const y = torch.tensor(
    mine.map((i) => (i * 3 + 1) % TOKENS),
    { dtype: "int64" },
  );
  return [x, y];
}

/** Losses of this process over its shares, averaged over the processes. */
export async function meanLosses(fabric: Fabric, losses: number[]): Promise<number[]> {
  const mean = await fabric.allReduce(torch.tensor(losses, { dtype: "float64" }));
  return (mean as Tensor).toArray() as number[];
}
