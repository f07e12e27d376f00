// Public surface of @fabric/precision-testkit.

export {
  conformanceRules,
  type ExpectedDtypes,
  type Report,
  type Rule,
  type RuleResult,
  RuleSkipped,
  runConformance,
  type Subject,
  type Tolerance,
} from "./conformance.js";
export { testPrecision } from "./test-precision.js";
