// The framework-free part: `@fabric/precision-testkit/conformance`, which needs no vitest.

export { conformanceRules } from "./all-rules.js";
export { type Rule, RuleSkipped } from "./rule.js";
export { type Report, type RuleResult, runConformance } from "./run-conformance.js";
export type { ExpectedDtypes, Subject, Tolerance } from "./subject.js";
