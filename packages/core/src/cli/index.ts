// Public surface of @fabric/core/cli: what a plugin's command is made of.

export {
  type Command,
  type Completion,
  JSON_OPTION,
  type OptionSpec,
  UsageError,
} from "./command.js";
export { noArguments, oneArgument, type Parsed, parseCommand } from "./parse.js";
export { byteText, plainText } from "./plain-text.js";
export { printJson } from "./print.js";
export { Progress, type ProgressOptions } from "./progress.js";
export { styled } from "./style.js";
export { table } from "./table.js";
