// The completion script for zsh.

import type { Command, Completion } from "../command.js";
import { argumentsOf, optionsOf } from "./words.js";

/** Defines `_fabric` and binds it; also works as a file `_fabric` in a folder of `fpath`. @internal */
export function zshScript(table: readonly Command[]): string {
  const commands = table.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`);
  const cases = table.map((command) => {
    const specs = optionsOf(command).map(({ name, value, summary, complete }) => {
      const about = `[${summary.replaceAll(/[[\]]/g, "\\$&")}]`;
      return value === undefined
        ? quoted(`--${name}${about}`)
        : quoted(`--${name}=${about}:${value}:${action(complete)}`);
    });
    const rest = quoted(`*:argument:${action(argumentsOf(command, table))}`);
    return `    ${command.name}) _arguments -s ${[...specs, rest].join(" \\\n      ")} ;;`;
  });
  return `#compdef fabric
# Completion of fabric for zsh. In ~/.zshrc, after compinit: source <(fabric completion zsh)
_fabric() {
  local -a commands
  commands=(
${commands.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    compadd -- --help --version
    return
  fi
  local command="$words[2]"
  # What follows -- belongs to the script.
  if (( $words[(I)--] > 0 && $words[(I)--] < CURRENT )); then
    _files
    return
  fi
  shift words
  (( CURRENT-- ))
  case "$command" in
${cases.join("\n")}
  esac
}
_fabric_precisions() {
  local -a aliases
  aliases=(\${(f)"$(fabric completion --list precisions 2>/dev/null)"})
  compadd -a aliases
}
if [ "$funcstack[1]" = "_fabric" ]; then _fabric "$@"; else compdef _fabric fabric; fi
`;
}

function action(complete: Completion | undefined): string {
  if (complete === undefined) return " ";
  if (complete.kind === "files") return "_files";
  return complete.kind === "words" ? `(${complete.words().join(" ")})` : "_fabric_precisions";
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
