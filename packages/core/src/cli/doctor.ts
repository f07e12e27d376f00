// `fabric doctor`: what is installed here, what each precision does, and how fast.

import { type Command, JSON_OPTION, type OptionSpec } from "./command.js";
import { checkPrecision, firstDevice, type PrecisionCheck } from "./doctor/check-precision.js";
import { type Facts, facts, type HalfCpu } from "./doctor/facts.js";
import { reportText } from "./doctor/report.js";
import { noArguments, parseCommand } from "./parse.js";
import { type PrecisionRow, precisionRows } from "./precisions.js";
import { printJson } from "./print.js";

const QUICK_OPTION: OptionSpec = {
  name: "quick",
  summary: "leave the measurement of speed out",
};
const OPTIONS: readonly OptionSpec[] = [QUICK_OPTION, JSON_OPTION];

/** Variables that would speak for `precision`, `devices` and so on while the doctor sets up its own. */
const OVERRIDING = /^FABRIC_(CLI_USED|ACCELERATOR|STRATEGY|DEVICES|NUM_NODES|PRECISION)$/;

/** A precision in the report; `check` is null if the alias cannot be made here. @internal */
export type DoctorRow = PrecisionRow & {
  readonly check: (PrecisionCheck & { readonly relativeTo32: number | null }) | null;
};

/** The report; what `--json` prints. @internal */
export interface DoctorReport extends Facts {
  readonly precisions: DoctorRow[];
  readonly notes: string[];
}

/** `fabric doctor`. @internal */
export const doctorCommand: Command = {
  name: "doctor",
  summary: "what is installed, what works here, and how fast",
  options: OPTIONS,
  details: [
    "Trains one step in every installed precision, and times forward and backward of a 512 x 512 layer in each.",
  ],
  examples: [
    ["fabric doctor", "the whole report, about a second"],
    ["fabric doctor --quick --json", "for a bug report or a program, without timing"],
  ],
  exitCodes: [
    ["0", "everything that is installed works"],
    ["1", "libtorch cannot be loaded, or a precision failed its self-test"],
    ["2", "wrong usage"],
  ],
  async run(args) {
    const parsed = parseCommand(OPTIONS, args);
    noArguments(parsed);
    const report = await examine(!parsed.flag(QUICK_OPTION.name));
    if (parsed.flag("json")) printJson(report);
    else process.stdout.write(reportText(report));
    return report.precisions.some(({ check }) => check?.selfTest.ok === false) ? 1 : 0;
  },
};

async function examine(measure: boolean): Promise<DoctorReport> {
  const found = facts();
  const warnings = collectWarnings();
  for (const name of Object.keys(process.env)) if (OVERRIDING.test(name)) delete process.env[name];
  const place = firstDevice();
  const checked = precisionRows(place).map((row) => ({
    ...row,
    check: row.usable ? checkPrecision(row.alias, place, { measure, half: found.halfCpu }) : null,
  }));
  const full = checked.find(({ alias }) => alias === "32-true")?.check?.flopsPerSecond ?? null;
  const precisions = checked.map(({ check, ...row }) => ({
    ...row,
    check: check === null ? null : { ...check, relativeTo32: ratio(check.flopsPerSecond, full) },
  }));
  return {
    ...found,
    precisions,
    notes: [...notes(found.halfCpu, found.accelerators), ...(await warnings())],
  };
}

/** Takes warnings of plugins into the report, instead of lines on standard error in its middle. */
function collectWarnings(): () => Promise<string[]> {
  const seen: string[] = [];
  process.removeAllListeners("warning");
  process.on("warning", ({ message }) => void seen.push(message));
  return async () => {
    // Warnings are emitted on the next tick.
    await new Promise((resolve) => setImmediate(resolve));
    return seen;
  };
}

function ratio(speed: number | null, full: number | null): number | null {
  return speed === null || full === null ? null : speed / full;
}

function notes(half: HalfCpu, accelerators: readonly string[]): string[] {
  const found: string[] = [];
  if (accelerators.length === 1) {
    found.push('"16-mixed" means "bf16-mixed" on the CPU; for float16 pass the plugin object.');
    found.push("FP8 precisions compute by exact emulation: there are no FP8 units here.");
  }
  for (const dtype of ["bfloat16", "float16"] as const) {
    if (half[dtype] === "float32")
      found.push(
        `this CPU has no ${dtype} units: products, convolutions and attention widen to float32 and round once, at about float32's speed.`,
      );
  }
  return found;
}
