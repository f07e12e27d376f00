// Finds the package of CUDA kernels where a precision package, the program or the working directory depends on it.
import { createRequire } from "node:module";
import { isAbsolute, join } from "node:path";
import { isFabricError } from "./errors.js";

const PACKAGE = "@fabric/kernels-cuda";

let isLoaded = false;
/** Where it was looked for in vain: a step should not search the disk each time. */
const missed = new Set<string>();
/** Those who found a package without kernels for this libtorch, and can do without. */
const doWithout = new Set<string>();

/**
 * Loads the CUDA kernels of our own operators, if their package is installed. {@link packagedOperators} asks for them with the first CUDA
 * tensor; a package that calls such operators in another way asks itself.
 *
 * @param from - file or URL of the module that asks; its own dependencies are looked through first.
 * @param isOptional - for operators that libtorch's own can stand in for: a package without kernels for the loaded libtorch then counts as not
 * installed. Default false.
 * @returns whether they are loaded; a second call does nothing.
 * @throws FabricError `FABRIC_MISSING_LIBRARY` if the package is installed but has no kernels for the loaded libtorch.
 */
export function loadCudaKernels(from: string, isOptional = false): boolean {
  if (isLoaded || missed.has(from) || (isOptional && doWithout.has(from))) return isLoaded;
  const script = process.argv[1];
  const places = [
    from,
    ...(script !== undefined && isAbsolute(script) ? [script] : []),
    join(process.cwd(), "package.json"),
  ];
  for (const place of places) {
    const require = createRequire(place);
    let path: string;
    try {
      path = require.resolve(PACKAGE);
    } catch {
      continue;
    }
    try {
      (require(path) as { loadKernels(): void }).loadKernels();
    } catch (error) {
      if (!isOptional || !isFabricError(error, "FABRIC_MISSING_LIBRARY")) throw error;
      doWithout.add(from);
      return false;
    }
    isLoaded = true;
    return true;
  }
  missed.add(from);
  return false;
}
