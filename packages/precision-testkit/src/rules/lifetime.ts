// Memory over many steps, and the end of a plugin.

import { torch } from "@fabric/core";
import { collectGarbage } from "../collect-garbage.js";
import { difference, stateOf } from "../compare.js";
import { makeFabric, makePlugin, makeRig, train } from "../rig.js";
import { expectThat, type Rule } from "../rule.js";
import { threadState } from "../thread-state.js";

const WARM_UP = 20;
const STEPS = 200;
/** Tensors that may be on their way to the collector; one left behind a step would be 200. */
const SLACK = 30;
const SLACK_BYTES = 64 * 1024;

export const noLeak: Rule = {
  id: "no-leak",
  title: "holds no more tensors after 200 steps than after 20",
  async check(subject) {
    const rig = makeRig(subject);
    train(rig, 0, WARM_UP, { clip: true });
    // What earlier rules left to the collector must not hide what this one leaves behind.
    await collectGarbage();
    const settled = memory();
    train(rig, WARM_UP, WARM_UP + STEPS, { clip: true });
    await collectGarbage();
    const growth = grown(settled);
    expectThat(
      growth === null,
      `${growth} more after ${STEPS} steps; something holds what a step made.`,
    );
  },
};

interface Held {
  readonly tensors: number;
  readonly bytes: number;
}

function memory(): Held {
  const all = Object.values(torch.memory());
  return {
    tensors: all.reduce((sum, { tensors }) => sum + tensors, 0),
    bytes: torch.memory().cpu.bytes,
  };
}

/** What is held beyond `before`, as text; null if that is within the slack. */
function grown(before: Held): string | null {
  const now = memory();
  if (now.tensors - before.tensors > SLACK) return `${now.tensors - before.tensors} tensors`;
  if (now.bytes - before.bytes > SLACK_BYTES) return `${now.bytes - before.bytes} bytes`;
  return null;
}

export const teardown: Rule = {
  id: "teardown",
  title: "can be torn down, twice and before use, without harm to others",
  check(subject) {
    const outside = threadState();
    const unused = makeFabric(subject, makePlugin(subject));
    unused.teardown();
    unused.teardown();
    const rig = makeRig(subject);
    const other = makeRig(subject);
    const alone = makeRig(subject);
    train(rig, 0, 2);
    train(other, 0, 2);
    rig.fabric.teardown();
    rig.fabric.teardown();
    train(other, 2, 4);
    train(alone, 0, 4);
    const harmed = difference(stateOf(alone), stateOf(other));
    expectThat(
      harmed === null,
      `another Fabric trains differently after this one was torn down: ${harmed}.`,
    );
    expectThat(threadState() === outside, "teardown changed the state of the thread.");
  },
};
