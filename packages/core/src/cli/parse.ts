// Reads a command's arguments by its option table; whatever the table does not allow is a UsageError.

import { parseArgs } from "node:util";

import { nearest } from "../nearest.js";
import { HELP_OPTION, type OptionSpec, UsageError } from "./command.js";

/** What was typed. */
export interface Parsed {
  /** The value of an option, undefined if it was not typed. */
  value(name: string): string | undefined;
  /** All values of a repeatable option, in the order typed. */
  values(name: string): readonly string[];
  /** Whether a flag was typed. */
  flag(name: string): boolean;
  /** Arguments that are no options. */
  readonly positionals: readonly string[];
  /** What follows `--`, or null without one. */
  readonly rest: readonly string[] | null;
}

/**
 * Reads what was typed by a table of options. Names may have dashes or underscores, values follow as `--name value` or `--name=value`.
 *
 * @throws UsageError for an unknown option, a missing or unexpected value, two values for an option that is not repeatable.
 */
export function parseCommand(options: readonly OptionSpec[], args: readonly string[]): Parsed {
  const specs = new Map([...options, HELP_OPTION].map((spec) => [spec.name, spec]));
  const end = args.indexOf("--");
  const ours = (end < 0 ? args : args.slice(0, end)).map(dashed);
  const values = new Map<string, string[]>();
  const flags = new Set<string>();
  const positionals: string[] = [];
  for (const token of tokenize(specs, ours)) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const spec = specs.get(token.name);
    if (spec === undefined) throw unknownOption(token.rawName, specs.keys());
    if (spec.value === undefined) {
      if (token.inlineValue === true) throw new UsageError(`--${spec.name} takes no value.`);
      flags.add(spec.name);
      continue;
    }
    const value = checkedValue(spec, token.value, token.inlineValue === true);
    const [before, ...others] = values.get(spec.name) ?? [];
    if (spec.repeatable !== true && before !== undefined && before !== value)
      throw new UsageError(
        `--${spec.name} was given twice, as \`${before}\` and as \`${value}\`. Keep one of them.`,
      );
    values.set(spec.name, before === undefined ? [value] : [before, ...others, value]);
  }
  return {
    value: (name) => values.get(name)?.[0],
    values: (name) => values.get(name) ?? [],
    flag: (name) => flags.has(name),
    positionals,
    rest: end < 0 ? null : args.slice(end + 1),
  };
}

/** Refuses arguments where a command takes none. @throws UsageError for any. */
export function noArguments({ positionals, rest }: Parsed): void {
  const first = positionals[0] ?? rest?.[0];
  if (first !== undefined) throw new UsageError(`unexpected argument \`${first}\`.`);
}

/** The one argument that a command takes; `noun` and `usage` are for the message. @throws UsageError for none, or more. */
export function oneArgument({ positionals, rest }: Parsed, noun: string, usage: string): string {
  const [given, more] = positionals;
  if (given === undefined) throw new UsageError(`a ${noun} is needed: ${usage}.`);
  if (more === undefined && rest === null) return given;
  throw new UsageError(`one ${noun} is enough, but \`${more ?? rest?.[0] ?? "--"}\` follows.`);
}

/** Whether help is asked for, before any `--`. @internal */
export function wantsHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return (end < 0 ? args : args.slice(0, end)).some((arg) => arg === "--help" || arg === "-h");
}

function tokenize(specs: ReadonlyMap<string, OptionSpec>, args: readonly string[]) {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      [...specs.values()].map(({ name, short, value }) => [
        name,
        {
          type: value === undefined ? ("boolean" as const) : ("string" as const),
          ...(short === undefined ? {} : { short }),
        },
      ]),
    ),
    // Strict mode would refuse `--devices -1`, and knows no nearest name.
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  return tokens;
}

/** `--num_nodes=2` as `--num-nodes=2`. */
function dashed(arg: string): string {
  const match = /^--([^=]+)(=[\s\S]*)?$/.exec(arg);
  return match === null ? arg : `--${(match[1] ?? "").replaceAll("_", "-")}${match[2] ?? ""}`;
}

function checkedValue(spec: OptionSpec, value: string | undefined, inline: boolean): string {
  // An option in the place of a value was meant as one; a negative number is a value.
  const isOption = !inline && value !== undefined && /^-(-|[A-Za-z])/.test(value);
  if (value === undefined || value === "" || isOption)
    throw new UsageError(
      `--${spec.name} needs a value: --${spec.name}=${spec.value ?? "VALUE"}${isOption ? `, but \`${value}\` follows` : ""}.`,
    );
  return value;
}

function unknownOption(typed: string, names: Iterable<string>): UsageError {
  const near = nearest(typed.replace(/^-+/, ""), names);
  return new UsageError(
    `unknown option \`${typed}\`.${near === null ? "" : ` Did you mean \`--${near}\`?`}`,
  );
}
