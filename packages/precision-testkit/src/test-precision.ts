// The suite as tests of vitest.

import { describe, it } from "vitest";
import { conformanceRules } from "./all-rules.js";
import { RuleSkipped } from "./rule.js";
import { runRule } from "./run-rule.js";
import { checkSubject, type Subject } from "./subject.js";

/**
 * Declares a `describe` with one test for each rule of conformance. To be called at the top level of a vitest file.
 *
 * @param name - title of the `describe`.
 * @throws FabricError `FABRIC_CONFIG_TESTKIT` for a subject that is not as described.
 *
 * @example
 * ```ts
 * import { testPrecision } from "@fabric/precision-testkit";
 * import { Fp6Precision } from "../src/index.js";
 *
 * testPrecision("fp6", { create: () => new Fp6Precision(), alias: "fp6", tolerance: { forward: 0.1, gradient: 0.2 } });
 * ```
 */
export function testPrecision(name: string, subject: Subject): void {
  checkSubject(
    subject,
    conformanceRules.map(({ id }) => id),
  );
  describe(name, () => {
    for (const rule of conformanceRules) {
      const reason = subject.skip?.[rule.id];
      it(`${rule.id}: ${rule.title}`, async ({ skip }) => {
        if (reason !== undefined) skip(reason);
        try {
          await runRule(rule, subject);
        } catch (error) {
          if (error instanceof RuleSkipped) skip(error.message);
          throw error;
        }
      });
    }
  });
}
