// Is a plain loss.backward() refused where it would be wrong.

import { torch } from "@fabric/core";
import { isFabricError } from "@fabric/torch";
import { difference, flatten, stateOf } from "../compare.js";
import { lossOf, makeRig, type Rig, sgd } from "../rig.js";
import { expectThat, fail, type Rule } from "../rule.js";

export const backwardGuard: Rule = {
  id: "backward-guard",
  title: "declares requiresFabricBackward if a plain loss.backward() would train differently",
  check(subject) {
    const plain = makeRig(subject, { make: sgd });
    if (plain.plugin.requiresFabricBackward) return expectGuard(plain);
    const proper = makeRig(subject, { make: sgd });
    const wanted = stepped(proper, () => proper.fabric.backward(lossOf(proper, 0)));
    let got: ReturnType<typeof stepped>;
    try {
      got = stepped(plain, () => lossOf(plain, 0).backward());
    } catch (error) {
      return fail(
        `a step after a plain loss.backward() throws: ${(error as Error).message} Declare requiresFabricBackward = true, so that the backward itself is refused.`,
      );
    }
    for (const part of ["gradients", "state"] as const) {
      const differs = difference(wanted[part], got[part]);
      expectThat(
        differs === null,
        `a plain loss.backward() leads to other ${part} than fabric.backward(loss): ${differs}. Declare requiresFabricBackward = true, so that it is refused.`,
      );
    }
  },
};

function expectGuard(rig: Rig): void {
  try {
    lossOf(rig, 0).backward();
  } catch (error) {
    if (isFabricError(error, "FABRIC_USAGE_BACKWARD")) return;
    throw error;
  }
  fail("requiresFabricBackward is true, but a plain loss.backward() did not throw.");
}

function stepped(
  rig: Rig,
  backward: () => void,
): { gradients: Map<string, unknown>; state: Map<string, unknown> } {
  torch.scope(backward);
  const gradients = flatten(
    Object.fromEntries(rig.model.namedParameters().map(([name, { grad }]) => [name, grad])),
  );
  torch.manualSeed(5);
  rig.optimizer.step();
  return { gradients, state: stateOf(rig) };
}
