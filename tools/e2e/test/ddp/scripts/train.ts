// Steps on batches of all processes together, of which each takes its rows.
import {
  functional as F,
  type Fabric,
  type nn,
  type optim,
  type Tensor,
  torch,
} from "@fabric/core";

const ROWS = 8;
const BATCHES = 6;

/** What is trained; `step` counts the steps that were taken. */
export interface Training {
  readonly model: nn.Module;
  readonly optimizer: optim.Optimizer;
  step: number;
}

/** Takes the next `steps`; resolves to their losses, averaged over the processes. */
export async function train(fabric: Fabric, state: Training, steps: number): Promise<number[]> {
  torch.manualSeed(7);
  const batches = Array.from({ length: BATCHES }, () => [
    torch.randn([ROWS, 6]),
    torch.randn([ROWS, 2]),
  ]) as [Tensor, Tensor][];
  const share = ROWS / fabric.worldSize;
  const mine = (t: Tensor): Tensor => t.narrow(0, fabric.globalRank * share, share);
  const losses: number[] = [];
  for (const [x, y] of batches.slice(state.step, state.step + steps)) {
    state.optimizer.zeroGrad();
    const loss = F.mseLoss(state.model.forward(mine(x)) as Tensor, mine(y));
    fabric.backward(loss);
    state.optimizer.step();
    losses.push(((await fabric.allReduce(loss.detach())) as Tensor).item() as number);
    state.step++;
  }
  return losses;
}
