// Loads the one module of a plugin package that holds the command that was typed.

import { realpathSync } from "node:fs";
import { join, sep } from "node:path";
import { pathToFileURL } from "node:url";

import { PRECISION_API } from "../brand.js";
import type { Command } from "../cli/command.js";
import { FabricError } from "../torch.js";
import { apiError } from "./load.js";
import type { PluginManifest } from "./manifest.js";
import type { CommandEntry } from "./manifest-commands.js";

/**
 * The command behind a manifest's entry.
 *
 * @throws FabricError `FABRIC_UNSUPPORTED_PLUGIN_API` for another version of the interface, `FABRIC_CONFIG_PLUGIN` for a module outside the
 * package or without a `command`, `FABRIC_MISSING_PLUGIN` if it cannot be loaded. @internal
 */
export async function loadCommand(plugin: PluginManifest, entry: CommandEntry): Promise<Command> {
  if (plugin.api !== PRECISION_API) throw apiError(`The package "${plugin.name}"`, plugin.api);
  const { command } = await importModule(plugin, entry);
  if (isCommand(command) && command.name === entry.name) return command;
  throw new FabricError(
    "FABRIC_CONFIG_PLUGIN",
    `The package "${plugin.name}" (${plugin.folder}) declares the command \`${entry.name}\`, but ${entry.module} exports no \`command\` of that name: ` +
      "an object with `name`, `summary`, `options` and `run`. Update it, or tell its author.",
  );
}

async function importModule(
  plugin: PluginManifest,
  entry: CommandEntry,
): Promise<{ command?: unknown }> {
  const what = `The module ${entry.module} of the package "${plugin.name}" (${plugin.folder}), which brings the command \`${entry.name}\`,`;
  try {
    const folder = realpathSync(plugin.folder);
    const file = realpathSync(join(folder, entry.module));
    if (!file.startsWith(folder + sep))
      throw new FabricError(
        "FABRIC_CONFIG_PLUGIN",
        `${what} lies outside the package, at ${file}. Tell its author.`,
      );
    return (await import(pathToFileURL(file).href)) as { command?: unknown };
  } catch (error) {
    // A FabricError explains itself better than we can.
    if (error instanceof FabricError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new FabricError(
      "FABRIC_MISSING_PLUGIN",
      `${what} cannot be loaded: ${reason}\nReinstall the package, or build it if it is a workspace package.`,
      { cause: error },
    );
  }
}

function isCommand(value: unknown): value is Command {
  if (typeof value !== "object" || value === null) return false;
  const { name, summary, options, run } = value as Partial<Command>;
  return (
    typeof name === "string" &&
    typeof summary === "string" &&
    (options === undefined || Array.isArray(options)) &&
    typeof run === "function"
  );
}
