// Runs one rule so that a plugin that breaks it cannot disturb the next one.

import { torch } from "@fabric/core";
import type { Rule } from "./rule.js";
import type { Subject } from "./subject.js";

/** Runs the check and puts default dtype and grad mode back, whatever the plugin left behind. */
export async function runRule(rule: Rule, subject: Subject): Promise<void> {
  const dtype = torch.getDefaultDtype();
  try {
    // The context closes what a broken plugin leaves open inside.
    const pending = torch.device("cpu", () => ({ result: rule.check(subject) }));
    await pending.result;
  } finally {
    torch.setDefaultDtype(dtype);
  }
}
