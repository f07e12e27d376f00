// Optimizer state that was there before its parameters were sharded.

import { distributed, isTensor, nn, type optim, type Tensor, torch } from "../../torch.js";

/** Cuts whole state down to the rows of this process. @internal */
export function takeShareOfState(optimizer: optim.Optimizer): void {
  const state = optimizer.state as Map<Tensor, Record<string, unknown>>;
  for (const [parameter, entry] of state) {
    const rows = nn.shardRows(parameter);
    if (rows === null) continue;
    for (const [name, value] of Object.entries(entry)) {
      if (!isTensor(value) || value.shape.join() !== rows.shape.join() || name === "step") continue;
      entry[name] = torch.noGrad(() => torch.keep(distributed.fsdp.takeRows(value, rows).clone()));
    }
  }
}
