// The message for a command that is not there.

import { nearest } from "../nearest.js";
import type { Command } from "./command.js";

/** Names the nearest command, if one is near enough. @internal */
export function unknownCommand(name: string, table: readonly Command[]): string {
  const names = table.map((command) => command.name);
  const near = nearest(name, names);
  return (
    `unknown command \`${name}\`.${near === null ? "" : ` Did you mean \`${near}\`?`} ` +
    `Commands: ${names.join(", ")}.`
  );
}
