// One training step through Fabric, every hook written down.

import { type Precision, torch } from "@fabric/core";
import { weightsOf } from "../compare.js";
import { lossOf, makeRig, type Rig } from "../rig.js";
import { expectThat, fail, type Rule } from "../rule.js";

/** Hooks in the order in which a clipped training step calls them; `(leave)` is the end of the forward context. */
const STEP = [
  "convertInput",
  "forwardContext",
  "(leave)",
  "convertOutput",
  "preBackward",
  "backward",
  "postBackward",
  "unscaleGradients",
  "mainParams",
  "optimizerStep",
  "stepReport",
] as const;

const SETUP = ["convertModule", "prepareOptimizer"] as const;
const RECORDED = [...SETUP, ...STEP.filter((hook) => hook !== "(leave)")];

export const hookOrder: Rule = {
  id: "hook-order",
  title: "works hook by hook in one clipped training step, and moves weights only in optimizerStep",
  check(subject) {
    const log: string[] = [];
    const rig = makeRig(subject, { prepare: (plugin) => record(plugin, log) });
    expectOrder(log, SETUP, "fabric.setup");
    log.length = 0;
    const before = weightsOf(rig.net);
    torch.scope(() => {
      const loss = lossOf(rig, 0);
      rig.fabric.backward(loss);
      expectGradients(rig);
      rig.fabric.clipGradients(rig.model, rig.optimizer, { maxNorm: 1 });
      expectUnmoved(rig, before);
      rig.optimizer.step();
    });
    expectOrder(log, STEP, "one training step");
  },
};

/** Puts a note before each hook of this object; hooks that a hook calls on itself are not written down. */
function record(plugin: Precision, log: string[]): void {
  let depth = 0;
  const object = plugin as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const hook of RECORDED) {
    const original = object[hook] as (...args: unknown[]) => unknown;
    const recorded = (...args: unknown[]): unknown => {
      if (depth === 0) log.push(hook);
      depth++;
      try {
        const result = original.apply(plugin, args);
        return hook === "forwardContext" ? watched(result, log) : result;
      } finally {
        depth--;
      }
    };
    Object.defineProperty(plugin, hook, { value: recorded, configurable: true });
  }
}

function watched(context: unknown, log: string[]): Disposable {
  const dispose = (context as Partial<Disposable> | null | undefined)?.[Symbol.dispose];
  if (typeof dispose !== "function")
    fail(
      `forwardContext returned ${context === null ? "null" : typeof context}; expected an object with [Symbol.dispose].`,
    );
  return {
    [Symbol.dispose]: () => {
      log.push("(leave)");
      dispose.call(context);
    },
  };
}

function expectOrder(log: readonly string[], expected: readonly string[], where: string): void {
  // A hook may be asked for again, as mainParams by a plugin's own step; its first call counts.
  const first = [...new Set(log)].filter((hook) => expected.includes(hook));
  expectThat(
    first.join() === expected.join(),
    `${where} called ${first.join(", ") || "no hook"}; expected ${expected.join(", ")}.`,
  );
}

function expectGradients({ net }: Rig): void {
  for (const [name, parameter] of net.namedParameters()) {
    if (!parameter.requiresGrad) continue;
    const finite = parameter.grad?.isfinite().all().item<boolean>();
    expectThat(
      finite !== undefined,
      `\`${name}\` has no gradient after fabric.backward; backward must run the tensor's own backward pass.`,
    );
  }
}

function expectUnmoved({ net }: Rig, before: ReturnType<typeof weightsOf>): void {
  for (const [name, parameter] of net.namedParameters()) {
    const old = before.get(name);
    expectThat(
      old !== undefined && torch.equal(old, parameter),
      `\`${name}\` changed before optimizerStep; weights may move only there.`,
    );
  }
}
