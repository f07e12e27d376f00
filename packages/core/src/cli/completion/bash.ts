// The completion script for bash.

import type { Command, Completion } from "../command.js";
import { argumentsOf, optionsOf } from "./words.js";

/** Defines `_fabric` and binds it. Works with bash 3.2 and later, without bash-completion. @internal */
export function bashScript(table: readonly Command[]): string {
  const values = table.flatMap((command) =>
    optionsOf(command)
      .filter(({ value }) => value !== undefined)
      .map(
        ({ name, complete }) => `    "${command.name} --${name}") ${offer(complete)}; return ;;`,
      ),
  );
  const options = table.map(
    (command) =>
      `    ${command.name}) options="${optionsOf(command)
        .map(({ name, value }) => `--${name}${value === undefined ? "" : "="}`)
        .join(" ")}" ;;`,
  );
  const args = table.map(
    (command) => `    ${command.name}) ${offer(argumentsOf(command, table))} ;;`,
  );
  return `# Completion of fabric for bash. In ~/.bashrc: source <(fabric completion bash)
_fabric() {
  local program="$1" current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local command="\${COMP_WORDS[1]}" options="" word index
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${table.map(({ name }) => name).join(" ")} --help --version" -- "$current"))
    return
  fi
  # What follows -- belongs to the script.
  for ((index = 2; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    if [ "$word" = "--" ]; then _fabric_files "$current"; return; fi
  done
  # bash takes --name=value apart at the equals sign.
  if [ "$current" = "=" ]; then current=""
  elif [ "$previous" = "=" ]; then previous="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  case "$command \${previous//_/-}" in
${values.join("\n")}
  esac
  case "$command" in
${options.join("\n")}
  esac
  if [[ "$current" == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
    # No space after --name=, where the value follows.
    if [[ "\${COMPREPLY[0]}" == *= ]]; then compopt -o nospace 2>/dev/null; fi
    return
  fi
  case "$command" in
${args.join("\n")}
  esac
}
_fabric_files() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -f -- "$1"))
}
complete -F _fabric fabric
`;
}

/** The statement that offers the candidates. */
function offer(complete: Completion | undefined): string {
  if (complete === undefined) return "COMPREPLY=()";
  if (complete.kind === "files") return '_fabric_files "$current"';
  const words =
    complete.kind === "words"
      ? complete.words().join(" ")
      : '$("$program" completion --list precisions 2>/dev/null)';
  return `COMPREPLY=($(compgen -W "${words}" -- "$current"))`;
}
