// A step of setup: skipped when its stamp matches, redone from clean when the last run of it did not finish.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { STATE } from "./paths.mjs";
import { say } from "./progress.mjs";

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string} title what a person reads while it runs
 * @property {string} inputs hash of everything that the result depends on
 * @property {() => boolean} isWhole whether the result of the last run is still there
 * @property {(state: { interrupted: boolean }) => void | Promise<void>} work
 */

/**
 * Runs a step if it has to.
 *
 * @param {Step} step
 * @param {string} [state] folder for stamps
 * @returns {Promise<boolean>} whether it ran
 */
export async function runStep(step, state = STATE) {
  const stamp = join(state, `${step.name}.stamp`);
  const running = join(state, `${step.name}.running`);
  const interrupted = existsSync(running);
  const done = existsSync(stamp) ? readFileSync(stamp, "utf8") : "";
  if (!interrupted && done === step.inputs && step.isWhole()) return false;
  mkdirSync(state, { recursive: true });
  rmSync(stamp, { force: true });
  writeFileSync(running, "");
  if (interrupted) say(`${step.name}: the last run did not finish, starting it over`);
  const startedMs = Date.now();
  say(`${step.name}: ${step.title}`);
  try {
    await step.work({ interrupted });
  } finally {
    // A failure that was seen needs no clean start; only a run that was killed leaves its mark.
    rmSync(running);
  }
  writeFileSync(stamp, step.inputs);
  say(`${step.name}: done in ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);
  return true;
}
