// The commands that a plugin's manifest declares; every field is checked, and nothing is loaded.

import { posix } from "node:path";

import { warnOnce } from "../messages.js";

/** A command as a manifest declares it. */
export interface CommandEntry {
  /** What is typed after `fabric`. */
  readonly name: string;
  /** One line for the help. */
  readonly summary: string;
  /** File that exports `command`, from the package's folder, e.g. `"./dist/cli/quantize.js"`. */
  readonly module: string;
}

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const LONGEST_NAME = 40;
const LONGEST_SUMMARY = 100;

/** The valid ones under `"fabric.commands"`; a warning names each that is not. @internal */
export function readCommands(owner: string, path: string, commands: unknown): CommandEntry[] {
  if (commands === undefined) return [];
  const warn = (key: string, problem: string): void =>
    warnOnce(
      "FABRIC_CONFIG_MANIFEST",
      `The package "${owner}": "${key}" in ${path} is ignored: ${problem}. Tell its author.`,
    );
  if (!isCommandTable(commands)) {
    warn("fabric.commands", 'it must be an object, { "name": { "summary", "module" } }');
    return [];
  }
  return Object.entries(commands).flatMap(([name, entry]) => {
    const problem = commandProblem(name, entry);
    if (problem === null) {
      const { summary, module } = entry as CommandEntry;
      return [{ name, summary, module }];
    }
    warn(`fabric.commands.${name}`, problem);
    return [];
  });
}

/** Whether it is an object with an entry a command. @internal */
export function isCommandTable(commands: unknown): commands is Record<string, unknown> {
  return isRecord(commands);
}

/** Why an entry under `"fabric.commands"` is no command; null if it may be one. @internal */
export function commandProblem(name: string, entry: unknown): string | null {
  if (!NAME.test(name) || name.length > LONGEST_NAME)
    return `a command's name is at most ${LONGEST_NAME} small letters, digits and single dashes`;
  if (!isRecord(entry)) return 'it must be an object, { "summary", "module" }';
  const { summary, module } = entry;
  // Printed before anything of the package is trusted: one line, and nothing that speaks to a terminal.
  if (typeof summary !== "string" || !isOneLine(summary))
    return `"summary" must be one line of 1 to ${LONGEST_SUMMARY} characters`;
  if (typeof module !== "string" || !staysInside(module))
    return '"module" must be a path inside the package that starts with "./", such as "./dist/cli/name.js"';
  return null;
}

function isOneLine(text: string): boolean {
  return text.trim() !== "" && text.length <= LONGEST_SUMMARY && !/[\p{C}\u2028\u2029]/u.test(text);
}

function staysInside(module: string): boolean {
  if (!module.startsWith("./") || /[\\\0]/.test(module)) return false;
  const path = posix.normalize(module);
  return path !== "." && path !== "./" && !path.endsWith("/") && !path.split("/").includes("..");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
