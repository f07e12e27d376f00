// The commands, in the order of the help. Adding one is a line here.

import type { Command } from "./command.js";
import { completionCommand } from "./completion.js";
import { consolidateCommand } from "./consolidate.js";
import { doctorCommand } from "./doctor.js";
import { helpCommand } from "./help.js";
import { inspectCommand } from "./inspect.js";
import { pluginCommands } from "./plugin-commands.js";
import { precisionsCommand } from "./precisions.js";
import { runCommand } from "./run.js";
import { testPlugin } from "./test-plugin.js";

/** Core's own. @internal */
export const COMMANDS: readonly Command[] = [
  runCommand,
  doctorCommand,
  precisionsCommand,
  inspectCommand,
  consolidateCommand,
  {
    name: "test-plugin",
    summary: "test a precision plugin against every rule",
    usage: "PATH [options]",
    run: (args) =>
      testPlugin(
        args,
        COMMANDS.map(({ name }) => name),
      ),
  },
  completionCommand,
  helpCommand,
];

/** The table that help and completion read: core's, and those of installed plugins. @internal */
export function commandTable(): readonly Command[] {
  return [...COMMANDS, ...pluginCommands(COMMANDS)];
}
