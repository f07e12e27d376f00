// A step that the device leaves out by itself.

import type { Device } from "../device.js";
import { FabricError } from "../errors.js";
import type { Optimizer } from "../optim/optimizer.js";
import { scope } from "../scope.js";
import type { Tensor } from "../tensor.js";

/** Flags of several devices as one: `[]`, float32, not 0 if one of them is not. */
export function anyOf(flags: readonly Tensor[], device: Device): Tensor {
  return flags.map((flag) => flag.to(device).reshape([])).reduce((a, b) => a.add(b));
}

/**
 * Steps `optimizer`, whose gradients are at their true size, unless one of `flags` is not 0, which its own kernel looks at: the host reads nothing,
 * so that the step can be recorded.
 *
 * @param flags - one-element float32 tensors, one a device; at least one.
 * @throws FabricError `FABRIC_CAPTURE_OPTIMIZER` if the optimizer's kernel does not look.
 */
export function stepUnless(
  optimizer: Optimizer,
  flags: readonly Tensor[],
  invoke: () => unknown = () => optimizer.step(),
): unknown {
  if (!optimizer.stepSupportsAmpScaling)
    throw new FabricError(
      "FABRIC_CAPTURE_OPTIMIZER",
      `${optimizer.constructor.name}: with a loss scaler a recorded step must leave itself out when a gradient is inf or nan, which this optimizer's kernel cannot. Use optim.AdamW, optim.Adam or optim.SGD with \`capturable: true\`, or train without a scaler ("bf16-mixed").`,
    );
  const { gradScale, foundInf } = optimizer;
  return scope(() => {
    optimizer.gradScale = null;
    optimizer.foundInf = anyOf(flags, (flags[0] as Tensor).device);
    try {
      return invoke();
    } finally {
      optimizer.gradScale = gradScale;
      optimizer.foundInf = foundInf;
    }
  });
}
