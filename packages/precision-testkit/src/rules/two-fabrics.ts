// Two Fabrics in one process, step by step in turn.

import { FullPrecision, mapTensors, Precision } from "@fabric/core";
import { defaultDtype, type nn } from "@fabric/torch";
import { difference, stateOf } from "../compare.js";
import { makePlugin, makeRig, type Rig, trainStep } from "../rig.js";
import { expectThat, type Rule } from "../rule.js";
import type { Subject } from "../subject.js";

const STEPS = 6;

export const twoFabrics: Rule = {
  id: "two-fabrics",
  title: "does not disturb, and is not disturbed by, another Fabric in the process",
  check(subject) {
    const others: Record<string, () => Precision> = {
      "32-true": () => new FullPrecision(),
      "a float64 precision": () => new Wide(),
      "a second plugin of its own kind": () => makePlugin(subject),
    };
    for (const [name, make] of Object.entries(others)) inTurn(subject, name, make);
  },
};

function inTurn(subject: Subject, name: string, make: () => Precision): void {
  const mine = (): Rig => makeRig(subject);
  const theirs = (): Rig => makeRig(subject, { plugin: make(), seed: 2 });
  const alone = [finish(mine()), finish(theirs())] as const;
  const a = mine();
  const b = theirs();
  for (let i = 0; i < STEPS; i++) {
    trainStep(a, i);
    trainStep(b, i);
  }
  const own = difference(alone[0], stateOf(a));
  expectThat(own === null, `beside ${name} this plugin trains differently than alone: ${own}.`);
  const other = difference(alone[1], stateOf(b));
  expectThat(other === null, `${name} trains differently beside this plugin than alone: ${other}.`);
}

function finish(rig: Rig): Map<string, unknown> {
  for (let i = 0; i < STEPS; i++) trainStep(rig, i);
  return stateOf(rig);
}

/** Everything in float64: another default dtype than a plugin is likely to use. */
class Wide extends Precision {
  readonly precision = "testkit-wide";

  override convertModule<M extends nn.Module>(module: M): M {
    module.to("float64");
    return module;
  }

  override forwardContext(): Disposable {
    return defaultDtype("float64");
  }

  override convertInput<T>(data: T): T {
    return mapTensors(data, (tensor) => (tensor.isFloatingPoint() ? tensor.double() : tensor));
  }
}
