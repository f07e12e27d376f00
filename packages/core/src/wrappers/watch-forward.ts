// Methods that would run a part of a model past the layer that a strategy put around it.

import { FabricError, type nn } from "../torch.js";

type Method = (...args: unknown[]) => unknown;

/**
 * A method that throws `FABRIC_USAGE_UNMARKED_METHOD` if `forward` of the module, or of a part of it, runs inside: gradients of that would
 * not be synchronised, say. Methods that call no module are as they were. The watch ends with the call, also after a throw. @internal
 */
export function watchForward(original: nn.Module, name: string, method: Method): Method {
  const watched: Method = (...args) => {
    const refuse = (): never => {
      throw new FabricError(
        "FABRIC_USAGE_UNMARKED_METHOD",
        `The method \`${name}\` of \`${original.constructor.name}\` ran a forward pass past the strategy's wrapper. Mark it once, after setup: model.markForwardMethod("${name}"). It then runs as forward does.`,
      );
    };
    const hooks = original.modules().map((module) => module.registerForwardPreHook(refuse));
    const end = (): void => {
      for (const hook of hooks) hook.remove();
    };
    let isPending = false;
    try {
      const result = method(...args);
      if (!(result instanceof Promise)) return result;
      isPending = true;
      return result.finally(end);
    } finally {
      if (!isPending) end();
    }
  };
  Object.defineProperty(watched, "name", { value: name });
  return watched;
}
