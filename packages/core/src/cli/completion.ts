// `fabric completion`: scripts that let a shell complete commands, options, precisions and files.

import { AUTO } from "../connector/auto-precision.js";
import { servedAliases } from "../connector/precision-values.js";
import { nearest } from "../nearest.js";
import { type Command, type OptionSpec, UsageError } from "./command.js";
import { bashScript } from "./completion/bash.js";
import { fishScript } from "./completion/fish.js";
import { zshScript } from "./completion/zsh.js";
import { noArguments, parseCommand } from "./parse.js";

const SHELLS: ReadonlyMap<string, (table: readonly Command[]) => string> = new Map([
  ["bash", bashScript],
  ["zsh", zshScript],
  ["fish", fishScript],
]);

const LIST_OPTION: OptionSpec = {
  name: "list",
  value: "precisions",
  summary: "print what the scripts ask for while you type: installed precisions, one a line",
  complete: { kind: "words", words: () => ["precisions"] },
};

/** `fabric completion SHELL`. @internal */
export const completionCommand: Command = {
  name: "completion",
  summary: "a script that teaches your shell to complete `fabric`",
  usage: "bash|zsh|fish",
  options: [LIST_OPTION],
  complete: { kind: "words", words: () => [...SHELLS.keys()] },
  readsTable: true,
  examples: [
    ["source <(fabric completion bash)", "in ~/.bashrc"],
    ["source <(fabric completion zsh)", "in ~/.zshrc, after compinit"],
    ["fabric completion fish | source", "in ~/.config/fish/config.fish"],
  ],
  async run(args, table) {
    const parsed = parseCommand([LIST_OPTION], args);
    const list = parsed.value("list");
    if (list !== undefined) {
      noArguments(parsed);
      if (list !== "precisions")
        throw new UsageError(`--list \`${list}\` is not known. Expected precisions.`);
      process.stdout.write(`${[AUTO, ...servedAliases().keys()].join("\n")}\n`);
      return 0;
    }
    const [shell, ...others] = parsed.positionals;
    noArguments({ ...parsed, positionals: others });
    if (shell === undefined) throw new UsageError("no shell. Expected bash, zsh or fish.");
    const script = SHELLS.get(shell);
    if (script === undefined) {
      const near = nearest(shell, SHELLS.keys());
      throw new UsageError(
        `no completion for \`${shell}\`. Expected bash, zsh or fish.${near === null ? "" : ` Did you mean \`${near}\`?`}`,
      );
    }
    process.stdout.write(script(table));
    return 0;
  },
};
