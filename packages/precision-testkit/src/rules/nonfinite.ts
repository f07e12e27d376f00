// What happens with gradients that are inf or nan.

import { torch } from "@fabric/core";
import { difference, flatten } from "../compare.js";
import { lossOf, makeRig, type Rig, sgd, train } from "../rig.js";
import { expectThat, type Rule } from "../rule.js";

export const nonfiniteStep: Rule = {
  id: "nonfinite-step",
  title: "tells truthfully whether it skips a step whose gradients are not finite",
  check(subject) {
    const rig = makeRig(subject, { make: sgd });
    train(rig, 0, 2);
    const before = trained(rig);
    const promised = overflow(rig);
    const kept = difference(before, trained(rig)) === null;
    const { stepWasSkipped } = rig.optimizer;
    expectThat(
      stepWasSkipped === kept,
      stepWasSkipped
        ? "stepReport says that a step with infinite gradients was skipped, but weights or optimizer state changed."
        : "a step with infinite gradients changed nothing, but stepReport does not say that it was skipped; schedulers would go on.",
    );
    expectThat(
      promised === kept,
      `skipsNonfiniteSteps said ${promised}, and the step was ${kept ? "skipped" : "taken"}; clipGradients relies on it.`,
    );
    if (!kept) return;
    train(rig, 2, 3);
    expectThat(
      !rig.optimizer.stepWasSkipped && difference(before, trained(rig)) !== null,
      "the step after a skipped one, with finite gradients, was not taken.",
    );
  },
};

/** A step with infinite gradients; clipped first if the plugin promises to skip it. Returns that promise. */
function overflow(rig: Rig): boolean {
  const { fabric, model, optimizer, plugin, raw } = rig;
  return torch.scope(() => {
    optimizer.zeroGrad();
    fabric.backward(lossOf(rig, 2).mul(Number.POSITIVE_INFINITY));
    const promised = plugin.skipsNonfiniteSteps(raw);
    if (promised) fabric.clipGradients(model, optimizer, { maxNorm: 1 });
    optimizer.step();
    return promised;
  });
}

/** Weights and optimizer state. */
function trained({ model, optimizer }: Rig): Map<string, unknown> {
  return flatten({ model: model.stateDict(), optimizer: optimizer.stateDict() });
}
