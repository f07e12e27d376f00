// Contexts change the state of the thread, and must put it back.

import { Fabric, nn, type Precision, type Tensor, torch } from "@fabric/core";
import { batch } from "../network.js";
import { makeFabric, makePlugin, makeRig } from "../rig.js";
import { expectThat, fail, type Rule } from "../rule.js";
import type { Subject } from "../subject.js";
import { threadState } from "../thread-state.js";

const CONTEXTS = ["forwardContext", "moduleInitContext", "tensorInitContext"] as const;

/** Calls `visit` with each way to enter a context of the plugin. */
function eachContext(
  plugin: Precision,
  visit: (name: string, enter: () => Disposable) => void,
): void {
  for (const name of CONTEXTS) visit(name, () => plugin[name]());
}

function expectState(expected: string, when: string): void {
  const now = threadState();
  expectThat(now === expected, () => `${when} the thread has ${now}; expected ${expected}.`);
}

export const contextsRestore: Rule = {
  id: "contexts-restore",
  title: "restores default dtype, autocast and grad mode when a context is left",
  check(subject) {
    const plugin = makePlugin(subject);
    // Also where the default is not float32: a context that restores a constant, or what held when the plugin was made, shows.
    for (const dtype of ["float32", "float64"] as const) {
      torch.defaultDtype(dtype, () => {
        eachContext(plugin, (name, enter) => {
          const outside = threadState();
          const context = enter();
          context[Symbol.dispose]();
          expectState(outside, `after ${name} was left`);
          context[Symbol.dispose]();
          expectState(outside, `after ${name} was left a second time`);
          torch.noGrad(() => {
            const quiet = threadState();
            enter()[Symbol.dispose]();
            expectState(quiet, `after ${name} was left inside noGrad`);
          });
        });
      });
    }
  },
};

export const contextsThrow: Rule = {
  id: "contexts-throw",
  title: "restores them when the code inside throws, in forward and in initModule",
  check(subject) {
    const fabric = makeFabric(subject, makePlugin(subject));
    const outside = threadState();
    const model = fabric.setup(new Thrower());
    const { x } = batch(0, fabric.device);
    expectThrow(() => model.forward(x), "forward");
    expectState(outside, "after forward threw");
    expectThrow(() => fabric.autocast(throwIt), "fabric.autocast");
    expectState(outside, "after fabric.autocast threw");
    expectThrow(() => fabric.initModule(throwIt), "fabric.initModule");
    expectState(outside, "after fabric.initModule threw");
    expectThrow(() => fabric.initTensor(throwIt), "fabric.initTensor");
    expectState(outside, "after fabric.initTensor threw");
  },
};

class Thrower extends nn.Module {
  fc: nn.Linear = new nn.Linear(16, 16);
  override forward(x: Tensor): Tensor {
    this.fc.forward(x);
    return throwIt();
  }
}

class Expected extends Error {}

function throwIt(): never {
  throw new Expected("thrown by the rule");
}

function expectThrow(fn: () => unknown, where: string): void {
  try {
    torch.scope(() => {
      fn();
    });
  } catch (error) {
    if (error instanceof Expected) return;
    throw error;
  }
  fail(`an error thrown inside ${where} did not arrive outside; a context must let it pass.`);
}

export const contextsNest: Rule = {
  id: "contexts-nest",
  title: "nests contexts, in one another and around a model of another precision",
  check(subject) {
    const outside = threadState();
    eachContext(makePlugin(subject), (name, enter) => {
      const outer = enter();
      try {
        const inside = threadState();
        const inner = enter();
        const deeper = threadState();
        inner[Symbol.dispose]();
        expectThat(
          deeper === inside,
          `${name} inside ${name} gives ${deeper}; expected ${inside}, as in one alone.`,
        );
        expectState(inside, `after the inner ${name} was left`);
      } finally {
        outer[Symbol.dispose]();
      }
      expectState(outside, `after nested ${name} were left`);
    });
    aroundAnotherModel(subject, outside);
  },
};

function aroundAnotherModel(subject: Subject, outside: string): void {
  const rig = makeRig(subject);
  const teacher = new Fabric({ accelerator: subject.device ?? "cpu", devices: 1 }).setup(
    new nn.Linear(16, 16),
  );
  rig.fabric.autocast(() => {
    const inside = threadState();
    torch.scope(() => {
      const { x, ids } = batch(0, rig.fabric.device);
      rig.model.forward(x, ids);
      expectState(inside, "after this plugin's own model ran inside fabric.autocast");
      teacher.forward(x.to(teacher.weight.dtype));
      expectState(inside, "after a 32-true model ran inside this plugin's context");
    });
  });
  expectState(outside, "after fabric.autocast");
}
