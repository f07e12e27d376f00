// The suite without a test framework, as the command line runs it.

import { isFabricError } from "@fabric/torch";
import { conformanceRules } from "./all-rules.js";
import { CONFORMANCE_CODE, RuleSkipped } from "./rule.js";
import { runRule } from "./run-rule.js";
import { checkSubject, type Subject } from "./subject.js";

/** What came of one rule. */
export interface RuleResult {
  /** The rule. */
  readonly id: string;
  readonly title: string;
  readonly status: "passed" | "failed" | "skipped";
  /** Why it failed or was skipped; empty if it passed. */
  readonly detail: string;
  readonly milliseconds: number;
}

/** What came of all rules. */
export interface Report {
  /** In the order of {@link conformanceRules}. */
  readonly results: readonly RuleResult[];
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Checks a plugin against every rule, one after the other. Never throws for a broken rule: that is in the report.
 *
 * @throws FabricError `FABRIC_CONFIG_TESTKIT` for a subject that is not as described.
 */
export async function runConformance(subject: Subject): Promise<Report> {
  checkSubject(
    subject,
    conformanceRules.map(({ id }) => id),
  );
  const results: RuleResult[] = [];
  for (const rule of conformanceRules) {
    const started = performance.now();
    const { status, detail } = await outcome(rule.id, subject, () => runRule(rule, subject));
    const milliseconds = Math.round(performance.now() - started);
    results.push({ id: rule.id, title: rule.title, status, detail, milliseconds });
  }
  const count = (status: RuleResult["status"]): number =>
    results.filter((result) => result.status === status).length;
  return {
    results,
    passed: count("passed"),
    failed: count("failed"),
    skipped: count("skipped"),
  };
}

async function outcome(
  id: string,
  subject: Subject,
  run: () => Promise<void>,
): Promise<{ status: RuleResult["status"]; detail: string }> {
  const reason = subject.skip?.[id];
  if (reason !== undefined) return { status: "skipped", detail: reason };
  try {
    await run();
    return { status: "passed", detail: "" };
  } catch (error) {
    if (error instanceof RuleSkipped) return { status: "skipped", detail: error.message };
    return { status: "failed", detail: describe(error) };
  }
}

/** A broken rule explains itself; what the plugin threw on its own is named. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return `the plugin threw ${String(error)}`;
  if (isFabricError(error, CONFORMANCE_CODE)) return error.message;
  return `${error.name}: ${error.message}`;
}
