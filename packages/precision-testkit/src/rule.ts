// One rule of conformance, and how its check says that it failed or does not apply.

import { FabricError } from "@fabric/torch";
import type { Subject } from "./subject.js";

/** Something that every precision plugin must keep to. */
export interface Rule {
  /** Stable name, as `skip` and the command line use it. */
  readonly id: string;
  /** The rule as a sentence. */
  readonly title: string;
  /** Throws if the plugin breaks the rule, {@link RuleSkipped} if the rule does not apply here. */
  check(subject: Subject): void | Promise<void>;
}

/** Thrown by a check that does not apply; the message is the reason. */
export class RuleSkipped extends Error {}

/** Code of the error that a broken rule throws. */
export const CONFORMANCE_CODE = "FABRIC_USAGE_CONFORMANCE";

/** Fails the rule. @throws FabricError `FABRIC_USAGE_CONFORMANCE` */
export function fail(message: string): never {
  throw new FabricError(CONFORMANCE_CODE, message);
}

/** Fails the rule unless `condition` holds. */
export function expectThat(
  condition: boolean,
  message: string | (() => string),
): asserts condition {
  if (!condition) fail(typeof message === "string" ? message : message());
}

/** Leaves the rule out. */
export function skipRule(reason: string): never {
  throw new RuleSkipped(reason);
}
