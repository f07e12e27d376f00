// The commands of installed plugins, as entries of the table: known by their manifests, loaded when they are run.

import { warnOnce } from "../messages.js";
import { loadCommand } from "../plugins/load-command.js";
import { installedPlugins, type PluginManifest } from "../plugins/manifest.js";
import type { CommandEntry } from "../plugins/manifest-commands.js";
import { FabricError } from "../torch.js";
import type { Command } from "./command.js";
import { commandHelp } from "./help.js";
import { wantsHelp } from "./parse.js";

interface Owned {
  readonly plugin: PluginManifest;
  readonly entry: CommandEntry;
}

/** One entry a name, sorted; a name of core's own is left out, with a warning. @internal */
export function pluginCommands(
  own: readonly Command[],
  plugins: readonly PluginManifest[] = installedPlugins(),
): Command[] {
  const taken = new Set(own.map(({ name }) => name));
  const byName = new Map<string, Owned[]>();
  for (const plugin of plugins) {
    for (const entry of plugin.commands) {
      if (taken.has(entry.name)) {
        warnOnce(
          "FABRIC_CONFIG_COMMAND",
          `The command \`${entry.name}\` of the package "${plugin.name}" (${plugin.folder}) is ignored: \`fabric ${entry.name}\` is core's own. Tell its author.`,
        );
        continue;
      }
      byName.set(entry.name, [...(byName.get(entry.name) ?? []), { plugin, entry }]);
    }
  }
  return [...byName]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, owners]) => tableEntry(name, owners));
}

/** Without options: what they are is known only to the module, which prints its own help. */
function tableEntry(name: string, owners: readonly Owned[]): Command {
  const [first, second] = owners as [Owned, Owned?];
  const names = owners.map(({ plugin }) => `"${plugin.name}"`).join(" and ");
  return {
    name,
    summary:
      second === undefined
        ? `${first.entry.summary} (${first.plugin.name})`
        : `claimed by ${names}: remove one`,
    complete: { kind: "files" },
    async run(args, table) {
      if (second !== undefined) throw claimedTwice(name, owners);
      const command = await loadCommand(first.plugin, first.entry);
      if (command.options === undefined || !wantsHelp(args)) return command.run(args, table);
      process.stdout.write(commandHelp(command));
      return 0;
    },
  };
}

function claimedTwice(name: string, owners: readonly Owned[]): FabricError {
  const places = owners.map(({ plugin }) => `"${plugin.name}" (${plugin.folder})`).join(" and ");
  return new FabricError(
    "FABRIC_CONFIG_COMMAND",
    `The command \`${name}\` is claimed by ${places}. Remove one of them from the dependencies of this application.`,
  );
}
