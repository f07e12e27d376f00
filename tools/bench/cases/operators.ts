// Cost of one operator call on tensors so small that the call itself is what takes the time.
import * as torch from "@fabric/torch";
import type { Burst } from "../burst.js";

/** Calls made inside one `torch.scope`: as many as a training step makes, so that a scope's own cost is spread likewise. */
const CALLS_PER_SCOPE = 100;

const one = (): torch.Tensor => torch.ones([1]);

function scoped(run: (calls: number) => void, perScope: number): (calls: number) => void {
  return (calls) => {
    for (let done = 0; done < calls; done += perScope) {
      const now = Math.min(perScope, calls - done);
      torch.scope(() => run(now));
    }
  };
}

/** The four operator cases, each as it runs; `inScope` wraps them in scopes of a step's size. */
export function operatorCases(inScope: boolean): Record<string, Burst> {
  const a = one();
  const b = one();
  const left = torch.ones([2, 2]);
  const right = torch.ones([2, 2]);
  const target = torch.zeros([1]);
  const cases: Record<string, (calls: number) => void> = {
    add: (calls) => {
      for (let i = 0; i < calls; i++) torch.add(a, b);
    },
    addInPlace: (calls) => {
      for (let i = 0; i < calls; i++) target.add_(b);
    },
    mm: (calls) => {
      for (let i = 0; i < calls; i++) torch.mm(left, right);
    },
    chain: (calls) => {
      for (let i = 0; i < calls; i++) {
        let x = a;
        for (let k = 0; k < 50; k++) {
          x = x.mul(b);
          x = x.add(b);
        }
      }
    },
  };
  const entries = Object.entries(cases).map(([name, run]): [string, Burst] => {
    // A chain is 100 calls already: one scope each.
    return [name, inScope ? scoped(run, name === "chain" ? 1 : CALLS_PER_SCOPE) : run];
  });
  return Object.fromEntries(entries);
}
