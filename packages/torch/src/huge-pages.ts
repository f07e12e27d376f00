// Large tensors in huge pages, where Linux gives them to who asks.
import type { Binding } from "./binding.js";

/** Read by libtorch once, when it allocates for the first time. */
const VARIABLE = "THP_MEM_ALLOC_ENABLE";

/**
 * Loads the addon so that libtorch asks for huge pages for tensors from 2 MB: one page fault for each 2 MB of a fresh tensor, not 512. Whoever sets
 * the variable, to 0 or 1, decides; child processes do not inherit what is set here.
 */
export function withHugePages(load: () => Binding): Binding {
  if (process.platform !== "linux" || process.env[VARIABLE] !== undefined) return load();
  process.env[VARIABLE] = "1";
  try {
    const binding = load();
    binding.dispose(binding.emptyBytes(1, 0, [1]));
    return binding;
  } finally {
    delete process.env[VARIABLE];
  }
}
