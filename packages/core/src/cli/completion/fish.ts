// The completion script for fish.

import type { Command, Completion } from "../command.js";
import { argumentsOf, optionsOf } from "./words.js";

/** A list of `complete` calls. @internal */
export function fishScript(table: readonly Command[]): string {
  const lines = [
    "# Completion of fabric for fish. In ~/.config/fish/config.fish: fabric completion fish | source",
    "complete -c fabric -f",
    "complete -c fabric -n __fish_use_subcommand -l help -s h -d 'print the help'",
    "complete -c fabric -n __fish_use_subcommand -l version -s V -d 'print the version'",
    ...table.map(
      ({ name, summary }) =>
        `complete -c fabric -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
    ),
    ...table.flatMap((command) => commandLines(command, table)),
  ];
  return `${lines.join("\n")}\n`;
}

function commandLines(command: Command, table: readonly Command[]): string[] {
  const start = `complete -c fabric -n '__fish_seen_subcommand_from ${command.name}'`;
  return [
    ...optionsOf(command).map(({ name, short, value, summary, complete }) => {
      const letter = short === undefined ? "" : ` -s ${short}`;
      const offer = value === undefined ? "" : ` -x${candidates(complete)}`;
      return `${start} -l ${name}${letter}${offer} -d ${quoted(summary)}`;
    }),
    ...(argumentsOf(command, table) === undefined
      ? []
      : [`${start}${candidates(argumentsOf(command, table))}`]),
  ];
}

function candidates(complete: Completion | undefined): string {
  if (complete === undefined) return "";
  if (complete.kind === "files") return " -F";
  return complete.kind === "words"
    ? ` -a ${quoted(complete.words().join(" "))}`
    : " -a '(fabric completion --list precisions 2>/dev/null)'";
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
