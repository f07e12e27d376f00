// What `fabric test-plugin` asks of the commands that a plugin brings.

import { loadCommand } from "../plugins/load-command.js";
import type { PluginManifest } from "../plugins/manifest.js";
import { type CommandEntry, commandProblem, isCommandTable } from "../plugins/manifest-commands.js";

/** What is wrong with one command, or null. @internal */
export interface CommandCheck {
  readonly name: string;
  readonly problem: string | null;
}

/** Each command that the manifest declares: its entry, its name, and what its module exports. @internal */
export async function checkCommands(
  plugin: PluginManifest,
  declared: unknown,
  ownNames: readonly string[],
): Promise<CommandCheck[]> {
  if (declared === undefined) return [];
  if (!isCommandTable(declared))
    return [
      {
        name: "*",
        problem: '"fabric.commands" must be an object, { "name": { "summary", "module" } }',
      },
    ];
  const checks = Object.entries(declared).map(async ([name, entry]) => ({
    name,
    problem: await problemOf(plugin, name, entry, ownNames),
  }));
  return Promise.all(checks);
}

async function problemOf(
  plugin: PluginManifest,
  name: string,
  entry: unknown,
  ownNames: readonly string[],
): Promise<string | null> {
  const problem = commandProblem(name, entry);
  if (problem !== null) return problem;
  if (ownNames.includes(name)) return `\`fabric ${name}\` is core's own; choose another name`;
  try {
    await loadCommand(plugin, { ...(entry as CommandEntry), name });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
