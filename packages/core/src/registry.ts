// State that every copy of core in the process shares: registered factories, warnings already given, plugins in use.

import { FabricError } from "@fabric/torch";
import type { ProcessLayout } from "./cluster/cluster-environment.js";
import type { Precision, PrecisionFactory } from "./precision.js";
import type { StrategyFactory } from "./strategy/strategy.js";

/** What the copies of core share. */
interface Registry {
  readonly precisions: Map<string, PrecisionFactory>;
  readonly strategies: Map<string, StrategyFactory>;
  readonly warned: Set<string>;
  readonly inUse: WeakSet<Precision>;
  /** What copies of this process were started for. */
  launched: ProcessLayout | null;
}

const KEY: unique symbol = Symbol.for("@fabric/registry");

/** Values of `precision` that core itself serves. */
const RESERVED: readonly string[] = ["32-true", "auto"];

/** The registry of this process. @internal */
export function registry(): Registry {
  const holder = globalThis as { [KEY]?: Registry };
  holder[KEY] ??= {
    precisions: new Map(),
    strategies: new Map(),
    warned: new Set(),
    inUse: new WeakSet(),
    launched: null,
  };
  return holder[KEY];
}

/**
 * Lets `new Fabric({ precision: alias })` use `factory`, for programs without a manifest: bundled ones and tests.
 * A registered alias goes before an installed package's. Returns an object that takes the registration back.
 *
 * @throws FabricError `FABRIC_CONFIG_PRECISION` if the alias is empty, is served by core itself, or is registered already.
 */
export function registerPrecision(alias: string, factory: PrecisionFactory): Disposable {
  if (typeof alias !== "string" || alias.trim() === "" || RESERVED.includes(alias)) {
    throw new FabricError(
      "FABRIC_CONFIG_PRECISION",
      `Expected a non-empty alias other than "32-true" and "auto" for registerPrecision but received ${JSON.stringify(alias)}. Choose the name that users will pass as \`precision\`.`,
    );
  }
  if (typeof factory !== "function") {
    throw new FabricError(
      "FABRIC_CONFIG_PRECISION",
      `Expected a function (alias, environment) => Precision for the alias "${alias}" but received ${typeof factory}.`,
    );
  }
  return register(registry().precisions, "precision", alias, factory, "FABRIC_CONFIG_PRECISION");
}

/**
 * Makes a strategy available by name. Returns an object that takes the registration back.
 *
 * @throws FabricError `FABRIC_CONFIG_STRATEGY` if the name is not a lower-case word or is registered already.
 */
export function registerStrategy(name: string, factory: StrategyFactory): Disposable {
  if (
    typeof name !== "string" ||
    name === "" ||
    name !== name.toLowerCase() ||
    typeof factory !== "function"
  ) {
    throw new FabricError(
      "FABRIC_CONFIG_STRATEGY",
      `Expected a lower-case name and a function for registerStrategy but received ${JSON.stringify(name)} and ${typeof factory}.`,
    );
  }
  return register(registry().strategies, "strategy", name, factory, "FABRIC_CONFIG_STRATEGY");
}

function register<F>(
  map: Map<string, F>,
  kind: string,
  name: string,
  factory: F,
  code: string,
): Disposable {
  const known = map.get(name);
  if (known !== undefined && known !== factory) {
    throw new FabricError(
      code,
      `The ${kind} "${name}" is registered already. Take the first registration back, or choose another name.`,
    );
  }
  map.set(name, factory);
  return {
    [Symbol.dispose]: () => {
      if (map.get(name) === factory) map.delete(name);
    },
  };
}
