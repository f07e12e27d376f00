// Tensor's methods that write numbers in place, each handed to one function.
import { Tensor } from "@fabric/torch";

/** Runs a method of this name on the floats that `weight` stands for, and keeps what it makes of them. */
export type ChangeInPlace<W extends Tensor> = (
  weight: W,
  name: string,
  run: (floats: Tensor) => unknown,
) => void;

/** What writes no numbers, or is a weight's own. */
const OTHERS: readonly string[] = ["copy_", "detach_", "requiresGrad_"];

/** The methods, for a prototype. */
export function inPlaceMethods<W extends Tensor>(change: ChangeInPlace<W>): PropertyDescriptorMap {
  const methods: PropertyDescriptorMap = {};
  for (const name of Object.getOwnPropertyNames(Tensor.prototype)) {
    if (!name.endsWith("_") || name.startsWith("_") || OTHERS.includes(name)) continue;
    const method = Tensor.prototype[name as "mul_"] as (...args: unknown[]) => unknown;
    methods[name] = {
      configurable: true,
      writable: true,
      value(this: W, ...args: unknown[]): W {
        change(this, name, (floats) => method.apply(floats, args));
        return this;
      },
    };
  }
  return methods;
}
