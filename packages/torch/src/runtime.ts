// The loaded addon with our side prepared: warnings routed to Node, anchors for small tensors in place.
import type { Binding } from "./binding.js";
import { native } from "./native.js";

/** Element 0 is the native anchor of the current batch of small tensors; every handle's wrapper references it. */
export const anchors: unknown[] = [null];

const warned = new Set<string>();

function warn(message: string): void {
  if (warned.has(message)) return;
  warned.add(message);
  process.emitWarning(message, { type: "TorchWarning", code: "FABRIC_TORCH_WARNING" });
}

let binding: Binding | undefined;

/** The addon, initialised once a thread. */
export function runtime(): Binding {
  if (binding === undefined) {
    const loaded = native();
    loaded.setAnchors(anchors);
    loaded.setWarningSink(warn);
    binding = loaded;
  }
  return binding;
}
