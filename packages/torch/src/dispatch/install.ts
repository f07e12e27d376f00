// Puts the generated operators on the Tensor's prototype.
import { METHOD_NAMES } from "../generated/methods.js";
import { Tensor } from "../tensor.js";
import { method } from "./op.js";

/** Installs every method that the class does not define by hand. */
export function installMethods(): void {
  const prototype = Tensor.prototype as unknown as Record<string, unknown>;
  for (const [name, aten] of METHOD_NAMES) {
    if (name in prototype) continue;
    Object.defineProperty(prototype, name, {
      value: method(aten),
      writable: true,
      configurable: true,
    });
  }
}
