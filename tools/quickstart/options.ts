// Command line of the quickstart.
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

/** Every precision that the packages of this repository train in, in the order of the table. */
export const PRECISIONS = [
  "32-true",
  "bf16-mixed",
  "16-mixed",
  "bf16-true",
  "16-true",
  "64-true",
] as const;

/** Passes over the training set where the machine is fast enough. */
export const FULL_EPOCHS = 3;
/** The fewest that reach 97 % of the held-out digits with room to spare. */
export const FEWEST_EPOCHS = 2;

/** What to run. */
export interface QuickstartOptions {
  readonly precisions: readonly string[];
  /** Passes over the training set; null: as many as the machine's speed allows. */
  readonly epochs: number | null;
  /** Test accuracy below which the run counts as failed; null: none is asked for. */
  readonly requiredAccuracy: number | null;
  readonly accelerator: string;
  readonly seed: number;
  /** The most threads that libtorch may use. */
  readonly threads: number;
  /** Folder for the picture, the figures and the checkpoints. */
  readonly out: string;
}

/** Help text. */
export const USAGE = `npm run quickstart -- [options]
  --precision A[,B...]   these precisions only; may be repeated (default: every one that works here)
  --epochs N             passes over the training set (default: ${FULL_EPOCHS}, or ${FEWEST_EPOCHS} where a precision is slow)
  --short                32-true and bf16-mixed, ${FEWEST_EPOCHS} epochs each: the check that continuous integration runs
  --accelerator NAME     cpu, cuda or auto (default: auto)
  --seed N               default 1
  --threads N            the most to use (default: one a core; one is used where that is faster)
  --out FOLDER           default runs/quickstart`;

/** Reads the command line. @throws Error with a message for people for a wrong option. */
export function readOptions(args: readonly string[]): QuickstartOptions | "help" {
  const { values } = parseArgs({
    // npm passes on what stands after the first `--`; a second one is harmless.
    args: args.filter((arg) => arg !== "--"),
    options: {
      precision: { type: "string", multiple: true, default: [] },
      epochs: { type: "string" },
      short: { type: "boolean", default: false },
      accelerator: { type: "string", default: "auto" },
      seed: { type: "string", default: "1" },
      threads: { type: "string", default: String(availableParallelism()) },
      out: { type: "string", default: "runs/quickstart" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  const named = values.precision.flatMap((list) => list.split(",")).filter((name) => name !== "");
  const standard = values.short ? ["32-true", "bf16-mixed"] : [...PRECISIONS];
  const epochs = values.epochs === undefined ? null : wholeNumber("--epochs", values.epochs, 1);
  return {
    precisions: named.length > 0 ? named : standard,
    epochs: epochs ?? (values.short ? FEWEST_EPOCHS : null),
    // Someone who asks for one epoch wants to see one epoch, not a failure.
    requiredAccuracy: epochs !== null && epochs < FEWEST_EPOCHS ? null : 0.97,
    accelerator: values.accelerator,
    seed: wholeNumber("--seed", values.seed, 0),
    threads: wholeNumber("--threads", values.threads, 1),
    out: values.out,
  };
}

function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`Expected a whole number >= ${least} for ${option} but received "${text}".`);
}
