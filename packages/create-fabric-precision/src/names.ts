// What a plugin's package, alias and class are called.

import { basename } from "node:path";
import { CreateError } from "./create-error.js";

/** Every name that the template needs. */
export interface Names {
  /** npm package, `fabric-precision-NAME` or `@scope/fabric-precision-NAME`. */
  readonly packageName: string;
  /** What users pass as `precision`. */
  readonly alias: string;
  /** The class that extends Precision. */
  readonly className: string;
}

const PREFIX = "fabric-precision-";
const NPM_NAME = /^[a-z0-9][a-z0-9._-]*$/;
const ALIAS = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const LONGEST_NPM_NAME = 214;
const TAKEN: ReadonlySet<string> = new Set([
  "32-true",
  "16-mixed",
  "bf16-mixed",
  "16-true",
  "bf16-true",
  "64-true",
  "transformer-engine",
  "transformer-engine-float16",
  "16",
  "32",
  "64",
  "bf16",
]);

/**
 * Names for what the user typed: `my-plugin`, `@scope/my-plugin` or a path that ends so.
 *
 * @param alias - default: the name without scope and `fabric-precision-`.
 * @throws CreateError `FABRIC_CONFIG_NAME` for a name that npm refuses, `FABRIC_CONFIG_ALIAS` for an alias that is taken or unreadable.
 */
export function namesFor(target: string, alias?: string): Names {
  const scope = /^(@[^/]+)\//.exec(target)?.[1];
  const short = basename(target).replace(new RegExp(`^${PREFIX}`), "");
  if (!NPM_NAME.test(short) || (scope !== undefined && !NPM_NAME.test(scope.slice(1)))) {
    throw new CreateError(
      "FABRIC_CONFIG_NAME",
      `\`${target}\` cannot be the name of an npm package: use lower-case letters, digits, "-", "." and "_", as in "my-plugin" or "@scope/my-plugin".`,
    );
  }
  const packageName = `${scope === undefined ? "" : `${scope}/`}${PREFIX}${short}`;
  if (packageName.length > LONGEST_NPM_NAME) {
    throw new CreateError(
      "FABRIC_CONFIG_NAME",
      `\`${packageName}\` has ${packageName.length} characters; npm allows ${LONGEST_NPM_NAME}.`,
    );
  }
  const chosen = alias ?? short;
  if (!ALIAS.test(chosen)) {
    throw new CreateError(
      "FABRIC_CONFIG_ALIAS",
      `\`--alias ${JSON.stringify(chosen)}\`: use letters, digits, "-", "." and "_", as in "fp6-mixed".`,
    );
  }
  if (TAKEN.has(chosen)) {
    throw new CreateError(
      "FABRIC_CONFIG_ALIAS",
      `The alias "${chosen}" belongs to Fabric itself. Choose another with --alias.`,
    );
  }
  return { packageName, alias: chosen, className: classNameFor(chosen) };
}

/** `fp6-mixed` to `Fp6MixedPrecision`; a name that begins with a digit goes last. */
function classNameFor(alias: string): string {
  const words = alias.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const pascal = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return /^\d/.test(pascal) ? `Precision${pascal}` : `${pascal}Precision`;
}
