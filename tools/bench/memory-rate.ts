// How fast this machine moves bytes at the moment, with as many threads as everything else.
import * as torch from "@fabric/torch";
import type { Burst } from "./burst.js";

/** Elements of float32: 64 MB, beyond caches. */
const ELEMENTS = 2 ** 24;

/** Bursts whose calls move `bytes` each: a copy between two tensors that are there, and a sum. */
export interface MemoryBursts {
  /** Reads and writes, counted once each. */
  readonly copy: { readonly run: Burst; readonly bytes: number };
  /** Reads. */
  readonly read: { readonly run: Burst; readonly bytes: number };
}

/** Makes them. */
export function memoryBursts(): MemoryBursts {
  const [from, to] = [torch.randn([ELEMENTS]), torch.randn([ELEMENTS])];
  const repeat =
    (call: () => void): Burst =>
    (calls) => {
      for (let i = 0; i < calls; i++) torch.scope(call);
    };
  return {
    copy: { run: repeat(() => void to.copy_(from)), bytes: 8 * ELEMENTS },
    read: { run: repeat(() => void from.sum()), bytes: 4 * ELEMENTS },
  };
}
