// Codes of weights that are trained in float: made anew when the weight changed, and only then.
import { keep, noGrad, scope, type Tensor } from "@fabric/torch";
import { int8VectorwiseQuant } from "../functional/int8.js";

/** Codes of a weight and their scales. */
export interface Int8Weight {
  readonly codes: Tensor;
  readonly scales: Tensor;
}

interface Entry extends Int8Weight {
  /** What they were made of. */
  readonly version: number;
  readonly address: bigint;
  readonly device: string;
}

/** By weight, so that layers with one weight have one copy; they are in no module and in no state dict. */
const entries = new WeakMap<Tensor, Entry>();

/** The codes of `weight` as it is now. They are kept while it stays: through the micro-batches of a step, and in evaluation. */
export function int8Weight(weight: Tensor): Int8Weight {
  const { version, device } = weight;
  const address = weight.dataPtr();
  const known = entries.get(weight);
  if (known?.version === version && known.address === address && known.device === device)
    return known;
  const entry = noGrad(() =>
    scope(() => {
      const [codes, scales] = int8VectorwiseQuant(weight.detach(), { roundHalf: true });
      return { codes: keep(codes), scales: keep(scales), version, address, device };
    }),
  );
  entries.set(weight, entry);
  // A graph that still needs the old codes holds them itself.
  known?.codes.dispose();
  known?.scales.dispose();
  return entry;
}
