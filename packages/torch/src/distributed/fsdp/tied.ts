// A parameter is gathered by one module: no module outside of that may use it.

import { FabricError } from "../../errors.js";
import type { Module } from "../../nn/module.js";
import type { Tensor } from "../../tensor.js";

/**
 * @param unitOf - the module that a sharded parameter is gathered by; undefined for one that is whole.
 * @throws FabricError `FABRIC_USAGE_FSDP` naming a parameter that stands outside of the module that gathers it. @internal
 */
export function checkTied(root: Module, unitOf: (parameter: Tensor) => Module | undefined): void {
  const visit = (module: Module, path: string, above: readonly Module[]): void => {
    if (above.includes(module)) return;
    const inside = [...above, module];
    for (const [name, parameter] of module.namedParameters({ recurse: false })) {
      const unit = unitOf(parameter);
      if (unit === undefined || inside.includes(unit)) continue;
      throw new FabricError(
        "FABRIC_USAGE_FSDP",
        `The parameter \`${path === "" ? name : `${path}.${name}`}\` is tied to one that a \`${unit.constructor.name}\` elsewhere gathers, so that it would be a shard here. Shard the module around both, or use fullyShardByPolicy.`,
      );
    }
    for (const [name, child] of module.namedChildren())
      visit(child, path === "" ? name : `${path}.${name}`, inside);
  };
  visit(root, "", []);
}
