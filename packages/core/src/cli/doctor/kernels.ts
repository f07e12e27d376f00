// Which operators and kernels of our own there are.

import { createRequire } from "node:module";

import { searchProjects } from "../../plugins/manifest.js";
import { torch } from "../../torch.js";

const CUDA_PACKAGE = "@fabric/kernels-cuda";

/** Our own operators and CUDA kernels. @internal */
export interface Kernels {
  /** Operators in the namespace `fabric` of the dispatcher. */
  readonly operators: string[];
  /** By operator, the dispatch keys for which it has a kernel. */
  readonly kernels: Record<string, string[]>;
  /** The package of CUDA kernels, null if no project depends on it. */
  readonly cuda: { version: string; kernels: readonly string[]; error?: string } | null;
}

/** Asks the dispatcher and the package. @internal */
export function kernels(): Kernels {
  const operators = Object.keys(torch.ops["fabric"] ?? {}).sort();
  return {
    operators,
    kernels: Object.fromEntries(operators.map((name) => [name, keysOf(`fabric::${name}`)])),
    cuda: cudaPackage(),
  };
}

/** Where an operator of ours may have a kernel. */
const KEYS = ["CPU", "CUDA", "Meta", "CompositeImplicitAutograd", "CompositeExplicitAutograd"];

function keysOf(operator: string): string[] {
  return KEYS.filter((key) => torch.hasKernel(operator, key));
}

function cudaPackage(): Kernels["cuda"] {
  for (const { manifest } of searchProjects()) {
    if (manifest === null) continue;
    const require = createRequire(manifest);
    let version: string;
    try {
      ({ version } = require(`${CUDA_PACKAGE}/package.json`) as { version: string });
    } catch {
      continue;
    }
    try {
      const { availableKernels } = require(CUDA_PACKAGE) as {
        availableKernels(): readonly string[];
      };
      return { version, kernels: availableKernels() };
    } catch (error) {
      return { version, kernels: [], error: (error as Error).message };
    }
  }
  return null;
}
