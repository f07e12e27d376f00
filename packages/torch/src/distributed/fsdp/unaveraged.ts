// Gradients of backward passes inside noSync: whole ones, on the gathered parameters, until a pass outside averages them.

import type { Tensor } from "../../tensor.js";
import { setZeroGradListener } from "../../zero-grad.js";
import type { Unit } from "./unit.js";

const unitOf = new WeakMap<Tensor, Unit>();

/** Notes which unit gathers a parameter. @internal */
export function noteUnit(unit: Unit): void {
  for (const { parameter } of unit.parameters) unitOf.set(parameter, unit);
}

/** `zeroGrad` forgets gradients that were not averaged yet, too. @internal */
export function installZeroGrad(): void {
  setZeroGradListener((parameters) => {
    for (const parameter of parameters) unitOf.get(parameter)?.dropUnaveraged(parameter);
  });
}

/** The name of the first of these parameters that has a gradient of passes inside noSync which no pass has averaged; null if there is none. */
export function unaveragedGradient(parameters: readonly Tensor[]): string | null {
  for (const parameter of parameters) {
    const name = unitOf.get(parameter)?.unaveragedName(parameter) ?? null;
    if (name !== null) return name;
  }
  return null;
}
