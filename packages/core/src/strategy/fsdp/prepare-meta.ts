// Modules made on the meta device: what can become real, and what would be lost.

import { type Device, FabricError, type nn } from "../../torch.js";

/**
 * Whether a module's parameters are on the meta device, and will get memory once they are sharded.
 *
 * @throws FabricError `FABRIC_USAGE_META_PARAMETERS` if only some are, or for a buffer that no checkpoint would fill. @internal
 */
export function prepareMeta(module: nn.Module, device: Device): boolean {
  const parameters = module.namedParameters();
  const meta = parameters.filter(([, parameter]) => parameter.device === "meta");
  const saved = new Set(Object.keys(module.stateDict()));
  const lost = module
    .namedBuffers()
    .filter(([name, buffer]) => buffer.device === "meta" && !saved.has(name));
  if (lost.length > 0) {
    throw metaError(
      `the buffer \`${lost[0]?.[0]}\` is on the meta device and in no state dict, so its content is lost. Make it in forward, or under torch.device("${device}")`,
    );
  }
  if (meta.length === 0) return false;
  if (meta.length < parameters.length) {
    const real = parameters.find(([, parameter]) => parameter.device !== "meta")?.[0];
    throw metaError(
      `\`${meta[0]?.[0]}\` is on the meta device and \`${real}\` is not. Make the whole module inside fabric.initModule`,
    );
  }
  return true;
}

function metaError(reason: string): FabricError {
  return new FabricError("FABRIC_USAGE_META_PARAMETERS", `setup: ${reason}.`);
}
