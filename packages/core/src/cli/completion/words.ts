// What the three completion scripts say about the table.

import { type Command, type Completion, HELP_OPTION, type OptionSpec } from "../command.js";

/** All options of a command. @internal */
export function optionsOf({ options }: Command): readonly OptionSpec[] {
  return [...(options ?? []), HELP_OPTION];
}

/** What stands in place of a command's arguments; `help` takes the names of the table. @internal */
export function argumentsOf(command: Command, table: readonly Command[]): Completion | undefined {
  return command.name === "help"
    ? { kind: "words", words: () => table.map(({ name }) => name) }
    : command.complete;
}
