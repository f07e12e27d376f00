// State that travels in a checkpoint.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { difference, flatten, stateOf } from "../compare.js";
import { makeRig, type Rig, train } from "../rig.js";
import { expectThat, type Rule } from "../rule.js";

/** Runs `fn` with the path of a checkpoint that does not exist yet. */
async function withCheckpoint(fn: (path: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "fabric-testkit-"));
  try {
    await fn(join(folder, "checkpoint"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const entries = ({ model, optimizer }: Rig): Record<string, unknown> => ({ model, optimizer });

export const stateRoundTrip: Rule = {
  id: "state-round-trip",
  title: "restores its state from a checkpoint into a new plugin",
  async check(subject) {
    await withCheckpoint(async (path) => {
      const saved = makeRig(subject);
      train(saved, 0, 3);
      const state = saved.plugin.stateDict();
      await saved.fabric.save(path, entries(saved));
      const loaded = makeRig(subject, { seed: 2 });
      await loaded.fabric.load(path, entries(loaded));
      const lost = difference(flatten(state), flatten(loaded.plugin.stateDict()));
      expectThat(
        lost === null,
        `stateDict() differs after save and load into a new plugin: ${lost}. loadStateDict must restore what stateDict returned.`,
      );
      const model = difference(flatten(saved.model.stateDict()), flatten(loaded.model.stateDict()));
      expectThat(model === null, `the model differs after save and load: ${model}.`);
    });
  },
};

export const resume: Rule = {
  id: "resume",
  title: "goes on after a checkpoint as if nothing had happened, to the bit",
  async check(subject) {
    await withCheckpoint(async (path) => {
      const whole = makeRig(subject);
      train(whole, 0, 8, { clip: true });
      const first = makeRig(subject);
      train(first, 0, 3, { clip: true });
      await first.fabric.save(path, entries(first));
      first.fabric.teardown();
      const second = makeRig(subject, { seed: 2 });
      await second.fabric.load(path, entries(second));
      train(second, 3, 8, { clip: true });
      const changed = difference(stateOf(whole), stateOf(second));
      expectThat(
        changed === null,
        `8 steps and 3 steps, save, load, 5 steps end differently: ${changed}. Whatever the plugin remembers from step to step belongs into stateDict.`,
      );
    });
  },
};
