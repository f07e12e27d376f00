// `fabric help`: usage, options, examples and exit codes, from the command table.

import { type Command, EXIT_CODES, HELP_OPTION, type OptionSpec, UsageError } from "./command.js";
import { missingCommand } from "./missing-command.js";
import { noArguments, parseCommand } from "./parse.js";
import { styled } from "./style.js";
import { unknownCommand } from "./unknown-command.js";

/** `fabric help [COMMAND]`. @internal */
export const helpCommand: Command = {
  name: "help",
  summary: "how to use a command",
  usage: "[COMMAND]",
  options: [],
  complete: { kind: "words", words: () => [] },
  readsTable: true,
  examples: [["fabric help run", "options of `fabric run`"]],
  async run(args, table) {
    const parsed = parseCommand([], args);
    const [name, ...others] = parsed.positionals;
    noArguments({ ...parsed, positionals: others });
    if (name === undefined) {
      process.stdout.write(overview(table));
      return 0;
    }
    const command = table.find((entry) => entry.name === name);
    if (command === undefined)
      throw missingCommand(name) ?? new UsageError(unknownCommand(name, table));
    // A command that reads its own arguments also prints its own help.
    if (command.options === undefined) return command.run(["--help"], table);
    process.stdout.write(commandHelp(command));
    return 0;
  },
};

/** All commands. @internal */
export function overview(table: readonly Command[]): string {
  const width = Math.max(...table.map(({ name }) => name.length));
  return [
    `${heading("Usage:")} fabric COMMAND [options]`,
    "",
    heading("Commands:"),
    ...table.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    "",
    heading("Options:"),
    "  --version, -V  print the version",
    "  --help, -h     print this help; after a command, its help",
    "",
    heading("Exit codes:"),
    ...EXIT_CODES.map(([code, meaning]) => `  ${code}  ${meaning}`),
    "",
  ].join("\n");
}

/** One command. @internal */
export function commandHelp(command: Command): string {
  const { name, summary, usage = "[options]", details = [], examples = [] } = command;
  const exitCodes = command.exitCodes ?? EXIT_CODES;
  return [
    `${heading("Usage:")} fabric ${name} ${usage}`.trimEnd(),
    "",
    `${summary[0]?.toUpperCase()}${summary.slice(1)}.`,
    ...details,
    "",
    heading("Options:"),
    ...columns([...(command.options ?? []), HELP_OPTION].map(optionRow)),
    ...(examples.length === 0
      ? []
      : ["", heading("Examples:"), ...columns(examples.map(([line, does]) => [line, does]))]),
    "",
    heading("Exit codes:"),
    ...columns(exitCodes.map(([code, meaning]) => [code, meaning])),
    "",
  ].join("\n");
}

function optionRow({ name, short, value, summary }: OptionSpec): [string, string] {
  const long = value === undefined ? `--${name}` : `--${name} ${value}`;
  return [short === undefined ? long : `${long}, -${short}`, summary];
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd());
}

function heading(text: string): string {
  return styled("bold", text);
}
