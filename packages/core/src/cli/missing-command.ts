// The hint for a command whose package is not installed.

import { FabricError } from "../torch.js";

/** Commands of our own packages, for those who have not installed them. */
const HINTS: ReadonlyMap<string, string> = new Map([["quantize", "@fabric/precision-bnb"]]);

/** The error for a command that a package of ours brings, which is not installed; null for any other name. @internal */
export function missingCommand(name: string): FabricError | null {
  const owner = HINTS.get(name);
  if (owner === undefined) return null;
  return new FabricError(
    "FABRIC_MISSING_COMMAND",
    `\`fabric ${name}\` comes with the package ${owner}, which is not among the dependencies of this application.\n` +
      `Install it: pnpm add ${owner} (or: npm install ${owner})`,
  );
}
