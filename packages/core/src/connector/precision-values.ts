// What `precision:` may be, and which package serves it.

import { FullPrecision } from "../full-precision.js";
import { warnOnce } from "../messages.js";
import { nearest } from "../nearest.js";
import { loadPlugin, makePrecision } from "../plugins/load.js";
import {
  installedPlugins,
  type PluginManifest,
  type SearchProject,
  searchProjects,
} from "../plugins/manifest.js";
import type { Precision, PrecisionEnvironment } from "../precision.js";
import { registry } from "../registry.js";
import { FabricError } from "../torch.js";
import { AUTO } from "./auto-precision.js";

/** Aliases of our own packages. */
export const KNOWN_ALIASES: ReadonlyMap<string, string> = new Map([
  ["32-true", "@fabric/core"],
  ["16-mixed", "@fabric/precision-mixed"],
  ["bf16-mixed", "@fabric/precision-mixed"],
  ["16-true", "@fabric/precision-true"],
  ["bf16-true", "@fabric/precision-true"],
  ["64-true", "@fabric/precision-true"],
  ["transformer-engine", "@fabric/precision-te"],
  ["transformer-engine-float16", "@fabric/precision-te"],
]);

/** Package to name when an alias looks like one of a package of ours that is not installed, or that it takes as an object only. */
const HINTS: ReadonlyMap<string, string> = new Map(
  ["nf4", "nf4-dq", "fp4", "fp4-dq", "int8", "int8-training", "bitsandbytes"].map((alias) => [
    alias,
    "@fabric/precision-bnb",
  ]),
);

/** Our own aliases, their legacy forms, and any name that an installed or registered plugin serves. */
export type PrecisionValue =
  | "auto"
  | "32-true"
  | "16-mixed"
  | "bf16-mixed"
  | "16-true"
  | "bf16-true"
  | "64-true"
  | "transformer-engine"
  | "transformer-engine-float16"
  | "32"
  | "64"
  | "16"
  | "bf16"
  | 16
  | 32
  | 64
  | (string & {});

const SHORT_FORMS: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [32, "32-true"],
  ["32", "32-true"],
  [64, "64-true"],
  ["64", "64-true"],
  [16, "16-mixed"],
  ["16", "16-mixed"],
  ["bf16", "bf16-mixed"],
]);
const LEGACY: ReadonlySet<unknown> = new Set([16, "16", "bf16"]);

/** An alias and who serves it. @internal */
export interface PrecisionSource {
  readonly alias: string;
  /** Makes the plugin; loads its package if it comes from one. */
  create(environment: PrecisionEnvironment): Precision;
}

/** Legal wherever an alias is; `precisionOnDevice` turns it into one. */
const UNDECIDED: PrecisionSource = {
  alias: AUTO,
  create() {
    throw new FabricError(
      "FABRIC_CONFIG_PRECISION",
      `"${AUTO}" names no precision before the device is known. Pass it to new Fabric({ precision: "${AUTO}" }).`,
    );
  },
};

/** The long form of a value, the value itself if it has none. Says nothing. @internal */
export function canonicalPrecision(value: unknown): unknown {
  return SHORT_FORMS.get(value) ?? value;
}

/**
 * Finds who serves a precision value. Reads manifests; loads nothing. `script` stands in for this process's entry script.
 *
 * @throws FabricError `FABRIC_CONFIG_PRECISION` for a value that nobody serves or that two packages claim,
 * `FABRIC_MISSING_PRECISION` for one of ours whose package is not installed. @internal
 */
export function resolvePrecision(value: unknown, script?: string): PrecisionSource {
  const alias = canonicalPrecision(value);
  if (LEGACY.has(value)) {
    warnOnce(
      "FABRIC_CONFIG_LEGACY_PRECISION",
      `\`precision: ${JSON.stringify(value)}\` is a legacy form of "${String(alias)}". Write the long form; note that it means mixed, not true, half precision.`,
    );
  }
  if (typeof alias !== "string" || alias === "") throw unknownPrecision(value, [], []);
  if (alias === "32-true") return { alias, create: () => new FullPrecision() };
  if (alias === AUTO) return UNDECIDED;
  const registered = registry().precisions.get(alias);
  if (registered !== undefined) {
    return {
      alias,
      create: (environment) =>
        makePrecision(registered, alias, environment, "the registered factory"),
    };
  }
  const projects = searchProjects(script);
  const plugins = installedPlugins(projects);
  const owners = plugins.filter((plugin) => plugin.precisions.includes(alias));
  if (owners.length > 1) throw ambiguous(alias, owners);
  const owner = owners[0];
  if (owner !== undefined)
    return { alias, create: (environment) => loadPlugin(owner, alias, environment) };
  const known = KNOWN_ALIASES.get(alias) ?? HINTS.get(alias);
  if (known !== undefined) throw missing(alias, known, projects, plugins);
  throw unknownPrecision(value, plugins, projects);
}

/** Every alias that would work now, with who serves it. @internal */
export function servedAliases(): Map<string, string> {
  const served = new Map<string, string>([["32-true", "@fabric/core"]]);
  for (const plugin of installedPlugins())
    for (const alias of plugin.precisions) served.set(alias, plugin.name);
  for (const alias of registry().precisions.keys()) served.set(alias, "registerPrecision");
  return served;
}

function missing(
  alias: string,
  known: string,
  projects: readonly SearchProject[],
  plugins: readonly PluginManifest[],
): FabricError {
  return new FabricError(
    "FABRIC_MISSING_PRECISION",
    `\`precision: "${alias}"\` needs the package ${known}, which is not among the dependencies of this application.\n` +
      `Install it: pnpm add ${known} (or: npm install ${known})\n` +
      `Installed: ${listAliases(plugins)}.\n${lookedFrom(projects)}`,
  );
}

function unknownPrecision(
  value: unknown,
  plugins: readonly PluginManifest[],
  projects: readonly SearchProject[],
): FabricError {
  const ours = [...KNOWN_ALIASES.keys()];
  const candidates = [
    AUTO,
    ...ours,
    ...plugins.flatMap((plugin) => plugin.precisions),
    ...registry().precisions.keys(),
  ];
  const near = typeof value === "string" ? nearest(value, candidates) : null;
  return new FabricError(
    "FABRIC_CONFIG_PRECISION",
    `Unknown \`precision: ${JSON.stringify(value) ?? typeof value}\`.${near === null ? "" : ` Did you mean "${near}"?`}\n` +
      `Fabric's own: "auto", ${ours.map((a) => `"${a}"`).join(", ")}; short: 16, 32, 64, "bf16".\n` +
      `Installed: ${listAliases(plugins)}.\n` +
      (projects.length === 0
        ? "Values are exact and case matters."
        : `A third-party alias needs its package among the dependencies of this application.\n${lookedFrom(projects)}`),
  );
}

function ambiguous(alias: string, owners: readonly PluginManifest[]): FabricError {
  return new FabricError(
    "FABRIC_CONFIG_PRECISION",
    `\`precision: "${alias}"\` is claimed by ${owners.map((owner) => `"${owner.name}" (${owner.folder})`).join(" and ")}. ` +
      "Remove one of them, or pass the plugin you mean as an object: new Fabric({ plugins: [...] }).",
  );
}

function listAliases(plugins: readonly PluginManifest[]): string {
  const lines = [
    '"32-true" (@fabric/core)',
    ...[...registry().precisions.keys()].map((alias) => `"${alias}" (registered)`),
    ...plugins.flatMap((plugin) => plugin.precisions.map((alias) => `"${alias}" (${plugin.name})`)),
  ];
  return lines.join(", ");
}

function lookedFrom(projects: readonly SearchProject[]): string {
  const places = projects.map(
    ({ base, manifest }) => `${base}: ${manifest ?? "no package.json found"}`,
  );
  return `Looked from ${places.join("; ")}.`;
}
