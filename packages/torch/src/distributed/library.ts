// The library of c10d's operators, loaded with the first use of torch.distributed.
import { Operator } from "../dispatch/op.js";
import { FabricError } from "../errors.js";
import { ops } from "../ops.js";
import { loadPackagedLibrary } from "../system.js";

const LIBRARY = "fabric_distributed";
const bound = new Map<string, (...args: unknown[]) => unknown>();

/** Calls an operator of namespace `fabric_distributed`. @throws FabricError `FABRIC_MISSING_LIBRARY` if the library was not built. */
export function callNative<T = number>(name: string, ...args: unknown[]): T {
  let operator = bound.get(name);
  if (operator === undefined) {
    loadPackagedLibrary(LIBRARY);
    operator = ops[LIBRARY]?.[name] as unknown as (...args: unknown[]) => unknown;
    bound.set(name, operator);
  }
  return operator(...args) as T;
}

const exact = new Map<string, Operator>();

/**
 * {@link callNative} where all arguments are given and known to fit: nothing is looked up or matched. For what a training step calls often.
 *
 * @throws FabricError `FABRIC_MISSING_LIBRARY` if the library was not built.
 */
export function callExact<T = number>(name: string, ...args: unknown[]): T {
  let operator = exact.get(name);
  if (operator === undefined) {
    loadPackagedLibrary(LIBRARY);
    operator = new Operator(`${LIBRARY}::${name}`);
    exact.set(name, operator);
  }
  return operator.callExact(args) as T;
}

/** Whether this build has `torch.distributed`: its library was built for the loaded libtorch. */
export function isAvailable(): boolean {
  try {
    loadPackagedLibrary(LIBRARY);
    return true;
  } catch (error) {
    if (error instanceof FabricError && error.code === "FABRIC_MISSING_LIBRARY") return false;
    throw error;
  }
}
