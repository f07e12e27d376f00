// Finds the compiled kernels for the libtorch that is loaded, and loads them.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildInfo, FabricError, loadLibrary, loadPackagedLibrary } from "@fabric/torch";

const LIBRARY = "fabric_cuda";

let isLoaded = false;

/**
 * Registers the kernels under the CUDA key of our own operators. The precision packages call it with the first CUDA tensor; a second call does
 * nothing.
 *
 * @throws FabricError `FABRIC_MISSING_LIBRARY` if there are none for the minor version of the loaded libtorch.
 */
export function loadKernels(): void {
  if (isLoaded) return;
  const minor = /^\d+\.\d+/.exec(buildInfo().torchVersion)?.[0] ?? "";
  // A library that setup built for exactly this libtorch comes before the one that the package brings for its minor version.
  const { libraries } = buildInfo().origin;
  const brought = fileURLToPath(new URL(`../lib/torch-${minor}/lib${LIBRARY}.so`, import.meta.url));
  if (libraries[LIBRARY] !== undefined) loadPackagedLibrary(LIBRARY);
  else if (existsSync(brought)) loadLibrary(brought);
  else
    throw new FabricError(
      "FABRIC_MISSING_LIBRARY",
      `@fabric/kernels-cuda has no kernels for libtorch ${minor}: \`${brought}\` does not exist. Build them in a checkout of the repository, where nvcc 12.4 or newer is: npm run setup -- --only cuda.`,
    );
  isLoaded = true;
}
