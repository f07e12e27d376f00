// The `plugins` option: at most one of each kind.

import type { CheckpointIO } from "../checkpoint/checkpoint-io.js";
import type { ClusterEnvironment } from "../cluster/cluster-environment.js";
import { checkApi } from "../plugins/load.js";
import { isPrecision, type Precision } from "../precision.js";
import { FabricError } from "../torch.js";

/** What `new Fabric({ plugins })` accepts. */
export type Plugin = Precision | CheckpointIO | ClusterEnvironment;

/** The plugins of a list, by kind. @internal */
export interface SortedPlugins {
  precision?: Precision;
  checkpointIO?: CheckpointIO;
  clusterEnvironment?: ClusterEnvironment;
}

/** Sorts the option by kind. @throws FabricError `FABRIC_CONFIG_PLUGINS` for another type, or two of one kind. @internal */
export function sortPlugins(option: Plugin | readonly Plugin[] | null | undefined): SortedPlugins {
  const list: readonly unknown[] =
    option === undefined || option === null ? [] : Array.isArray(option) ? option : [option];
  const sorted: SortedPlugins = {};
  for (const plugin of list) {
    if (isPrecision(plugin)) {
      checkApi(plugin, "the `plugins` option");
      put(sorted, "precision", plugin, "Precision");
    } else if (hasMethods(plugin, ["save", "load"])) {
      put(sorted, "checkpointIO", plugin as CheckpointIO, "CheckpointIO");
    } else if (hasMethods(plugin, ["worldSize", "globalRank", "localRank"])) {
      checkCluster(plugin as object);
      put(sorted, "clusterEnvironment", plugin as ClusterEnvironment, "ClusterEnvironment");
    } else {
      throw new FabricError(
        "FABRIC_CONFIG_PLUGINS",
        `Expected a Precision, CheckpointIO or ClusterEnvironment in \`plugins\` but received ${describe(plugin)}.` +
          (typeof plugin === "string"
            ? ` An alias is passed as \`precision: ${JSON.stringify(plugin)}\`.`
            : " Pass an instance, not the class."),
      );
    }
  }
  return sorted;
}

function checkCluster(plugin: object): void {
  const missing = [
    ...(hasMethods(plugin, ["nodeRank"]) ? [] : ["nodeRank()"]),
    // Not read: a getter may only work at launch.
    ...["mainAddress", "mainPort"].filter((name) => !(name in plugin)),
  ];
  if (missing.length === 0) return;
  throw new FabricError(
    "FABRIC_CONFIG_PLUGINS",
    `The ClusterEnvironment in \`plugins\` (${describe(plugin)}) lacks ${missing.join(", ")}. Add what the interface ClusterEnvironment asks for.`,
  );
}

function put<K extends keyof SortedPlugins>(
  sorted: SortedPlugins,
  kind: K,
  plugin: NonNullable<SortedPlugins[K]>,
  name: string,
): void {
  if (sorted[kind] !== undefined) {
    throw new FabricError(
      "FABRIC_CONFIG_PLUGINS",
      `\`plugins\` holds two of the kind ${name}: ${describe(sorted[kind])} and ${describe(plugin)}. Keep one.`,
    );
  }
  sorted[kind] = plugin;
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  return names.every((name) => typeof (value as Record<string, unknown>)[name] === "function");
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "object") return value.constructor?.name ?? "an object";
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "function" ? `the function ${value.name}` : String(value);
}
