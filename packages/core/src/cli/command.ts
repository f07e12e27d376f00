// What a subcommand is. Help, parsing and shell completion all read this.

/** What the shell may offer as the value of an option, or in place of an argument. */
export type Completion =
  | { readonly kind: "files" }
  | {
      readonly kind: "words";
      /** Called when a completion script is made. */
      readonly words: () => readonly string[];
    }
  | { readonly kind: "precisions" };

/** One option: with a value if `value` is set, else a flag. */
export interface OptionSpec {
  /** Without dashes, in kebab case; an underscore spelling is accepted as well. */
  readonly name: string;
  readonly short?: string;
  /** Placeholder of the value, e.g. `"NAME"`. */
  readonly value?: string;
  /** Whether it may be typed several times with different values; default false. */
  readonly repeatable?: boolean;
  /** One line for the help. */
  readonly summary: string;
  readonly complete?: Completion;
}

/** A subcommand: of core, or one that a plugin package brings and exports as `command`. */
export interface Command {
  /** What is typed after `fabric`, in kebab case. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What follows the name in the usage line; default `"[options]"`. */
  readonly usage?: string;
  /** Left out by a command that reads its own arguments, `--help` included. */
  readonly options?: readonly OptionSpec[];
  /** What stands in place of arguments. */
  readonly complete?: Completion;
  /** Paragraphs below the usage line. */
  readonly details?: readonly string[];
  /** Command lines, with what each does. */
  readonly examples?: readonly (readonly [line: string, does: string])[];
  /** Meaning of exit codes; default: done, failed, wrong usage. */
  readonly exitCodes?: readonly (readonly [code: string, meaning: string])[];
  /** Whether `run` needs the commands of plugins in its table. @internal */
  readonly readsTable?: boolean;
  /**
   * Gets what follows the name, and the whole table; returns the exit code. A {@link UsageError} becomes exit code 2, another error 1, each
   * with its message on standard error.
   */
  run(args: readonly string[], table: readonly Command[]): Promise<number>;
}

/** Wrong usage: exit code 2, with a hint at the help. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The option that every command with declared options has; it is added by itself. @internal */
export const HELP_OPTION: OptionSpec = {
  name: "help",
  short: "h",
  summary: "print this help",
};

/** The option of commands that report: `--json`. */
export const JSON_OPTION: OptionSpec = {
  name: "json",
  summary: "print JSON, for programs",
};

/** Every command's exit codes, unless it says otherwise. @internal */
export const EXIT_CODES: readonly (readonly [string, string])[] = [
  ["0", "done"],
  ["1", "failed"],
  ["2", "wrong usage"],
];
