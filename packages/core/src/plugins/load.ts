// Loads the one package that owns an alias, synchronously, and makes the plugin.

import { createRequire } from "node:module";

import { PRECISION_API, PRECISION_BRAND } from "../brand.js";
import {
  isPrecision,
  type Precision,
  type PrecisionEnvironment,
  type PrecisionFactory,
} from "../precision.js";
import { FabricError } from "../torch.js";
import type { PluginManifest } from "./manifest.js";

/** Makes the plugin that `alias` names, from its package. @internal */
export function loadPlugin(
  plugin: PluginManifest,
  alias: string,
  environment: PrecisionEnvironment,
): Precision {
  if (plugin.api !== PRECISION_API) throw apiError(`The package "${plugin.name}"`, plugin.api);
  const factory = factoryOf(requirePackage(plugin, alias));
  if (factory === null) {
    throw new FabricError(
      "FABRIC_CONFIG_PLUGIN",
      `The package "${plugin.name}" claims the precision "${alias}" but exports no function \`createPrecision\`. Update it, or tell its author.`,
    );
  }
  return makePrecision(factory, alias, environment, `the package "${plugin.name}"`);
}

/** Calls a factory and checks what it returns. @internal */
export function makePrecision(
  factory: PrecisionFactory,
  alias: string,
  environment: PrecisionEnvironment,
  owner: string,
): Precision {
  const precision: unknown = factory(alias, environment);
  if (!isPrecision(precision)) {
    throw new FabricError(
      "FABRIC_CONFIG_PLUGIN",
      `The factory of ${owner} returned ${precision === null ? "null" : typeof precision} for the precision "${alias}"; expected an object whose class extends Precision of @fabric/core.`,
    );
  }
  checkApi(precision, owner);
  return precision;
}

/** Refuses a plugin that was written for another version of the interface. @internal */
export function checkApi(precision: Precision, owner: string): void {
  const api: unknown = precision[PRECISION_BRAND];
  if (api !== PRECISION_API) throw apiError(`The precision plugin of ${owner}`, api);
}

function requirePackage(plugin: PluginManifest, alias: string): unknown {
  try {
    return createRequire(plugin.project)(plugin.name);
  } catch (error) {
    throw loadError(plugin, alias, error);
  }
}

function loadError(plugin: PluginManifest, alias: string, error: unknown): FabricError {
  const code = (error as { code?: unknown } | null)?.code;
  const what = `The package "${plugin.name}" (${plugin.folder}), which serves the precision "${alias}",`;
  if (code === "ERR_REQUIRE_ASYNC_MODULE") {
    return new FabricError(
      "FABRIC_UNSUPPORTED_PLUGIN_ASYNC",
      `${what} uses a top-level await, in itself or in a module it imports, so it cannot be loaded synchronously by \`new Fabric()\`. ` +
        "Move the await into a function, or import the plugin yourself and pass an object: new Fabric({ plugins: [new ThePlugin()] }).",
      { cause: error },
    );
  }
  if (code === "ERR_REQUIRE_ESM") {
    return new FabricError(
      "FABRIC_UNSUPPORTED_REQUIRE_ESM",
      `${what} is an ES module, and this Node (${process.version}) was told not to load those with require. ` +
        "Take --no-experimental-require-module away, or use Node 20.19 or later.",
      { cause: error },
    );
  }
  // A FabricError explains itself better than we can: two copies of torch, a missing addon.
  if (error instanceof FabricError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new FabricError(
    "FABRIC_MISSING_PLUGIN",
    `${what} is installed but cannot be loaded: ${reason}\nReinstall it, or build it if it is a workspace package.`,
    { cause: error },
  );
}

/** The factory among a module's exports, behind `default` if a bundler put it there. */
function factoryOf(exports: unknown): PrecisionFactory | null {
  if (typeof exports !== "object" || exports === null) return null;
  const { createPrecision, default: fallback } = exports as {
    createPrecision?: unknown;
    default?: unknown;
  };
  if (typeof createPrecision === "function") return createPrecision as PrecisionFactory;
  const nested =
    typeof fallback === "object" && fallback !== null
      ? (fallback as { createPrecision?: unknown }).createPrecision
      : undefined;
  return typeof nested === "function" ? (nested as PrecisionFactory) : null;
}

/** The error for a plugin of another version of the interface. @internal */
export function apiError(owner: string, api: unknown): FabricError {
  return new FabricError(
    "FABRIC_UNSUPPORTED_PLUGIN_API",
    `${owner} was written for version ${JSON.stringify(api) ?? "unknown"} of the plugin interface; this @fabric/core speaks version ${PRECISION_API}. ` +
      `Install a version of the plugin that declares "fabric": { "api": ${PRECISION_API} }, or another @fabric/core.`,
  );
}
