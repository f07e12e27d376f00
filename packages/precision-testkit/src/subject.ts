// What the author of a plugin tells the kit about it.

import type { DType, Precision, PrecisionEnvironment } from "@fabric/core";
import { FabricError } from "@fabric/torch";

/** Dtypes that must be found after one training step; what is left out is not compared. */
export interface ExpectedDtypes {
  /** Of every real floating parameter. */
  parameters?: DType | undefined;
  /** Of every real floating buffer. */
  buffers?: DType | undefined;
  /** Of every gradient. */
  gradients?: DType | undefined;
  /** Of every floating tensor in the optimizer's state. */
  optimizerState?: DType | undefined;
  /** Of what `forward` returns. */
  output?: DType | undefined;
}

/** How far results may be from float64: `norm(value - exact) / norm(exact)`, no unit. */
export interface Tolerance {
  /** Of what `forward` returns. */
  forward?: number | undefined;
  /** Of the gradients of all parameters together. */
  gradient?: number | undefined;
}

/** A plugin to be tested. */
export interface Subject {
  /** Makes a new plugin object each time it is called; several live at once in some rules. */
  create(environment: PrecisionEnvironment): Precision;
  /** The alias that the plugin must report as `precision`; default: whatever it reports. */
  alias?: string | undefined;
  /** Device family of all rules but the CUDA one: `"cpu"` (default) or `"cuda"`. */
  device?: "cpu" | "cuda" | undefined;
  /**
   * Default: by the coarsest dtype seen in the network. float64 and float32 1e-5, float16 1e-2, bfloat16 5e-2; state it for a plugin that
   * rounds more than its dtypes show.
   */
  tolerance?: Tolerance | undefined;
  /** Dtypes that must be found; without them only their consistency is checked. */
  dtypes?: ExpectedDtypes | undefined;
  /** Rules to leave out: id to the reason, which the report shows. */
  skip?: Readonly<Record<string, string>> | undefined;
}

const KNOWN: ReadonlySet<string> = new Set([
  "create",
  "alias",
  "device",
  "tolerance",
  "dtypes",
  "skip",
]);

/**
 * Refuses a subject that is not as described, so that a misspelt option cannot pass unnoticed.
 *
 * @throws FabricError `FABRIC_CONFIG_TESTKIT`
 */
export function checkSubject(subject: Subject, ruleIds: readonly string[]): void {
  if (typeof subject !== "object" || subject === null || typeof subject.create !== "function")
    throw configError("expected { create: () => new YourPrecision(), ... }");
  for (const key of Object.keys(subject))
    if (!KNOWN.has(key))
      throw configError(`unknown option \`${key}\`; known are ${[...KNOWN].join(", ")}`);
  const { device, skip = {}, tolerance = {} } = subject;
  if (device !== undefined && device !== "cpu" && device !== "cuda")
    throw configError(
      `expected \`device\` to be "cpu" or "cuda" but received ${JSON.stringify(device)}`,
    );
  for (const [id, reason] of Object.entries(skip)) {
    if (!ruleIds.includes(id))
      throw configError(
        `\`skip\` names "${id}", which is no rule; the rules are ${ruleIds.join(", ")}`,
      );
    if (typeof reason !== "string" || reason.trim() === "")
      throw configError(`\`skip["${id}"]\` must give the reason, a non-empty string`);
  }
  for (const [name, value] of Object.entries(tolerance))
    if (value !== undefined && !(typeof value === "number" && value > 0))
      throw configError(
        `expected \`tolerance.${name}\` to be a number above 0 but received ${String(value)}`,
      );
}

function configError(reason: string): FabricError {
  return new FabricError("FABRIC_CONFIG_TESTKIT", `testPrecision: ${reason}.`);
}
