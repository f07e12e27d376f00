// TypeScript in worker threads. Node's `--import tsx/esm` reaches the main thread only; in a worker tsx is asked to register itself.

import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

let isPrepared = false;

/** Lets this thread import a TypeScript module, by the tsx of its project; does nothing for JavaScript, and where Node runs it by itself. @internal */
export async function prepareTypeScript(url: string): Promise<void> {
  const { typescript } = process.features as { typescript?: string | false };
  if (isPrepared || !/\.[cm]?tsx?$/.test(url) || typeof typescript === "string") return;
  isPrepared = true;
  const api = findTsx(fileURLToPath(url));
  if (api === null) return; // Node's own error then names the extension
  const { register } = (await import(api)) as { register(): unknown };
  register();
}

/** From the module's project, the working directory, or where the main thread's loader is. */
function findTsx(module: string): string | null {
  const loaders = process.execArgv.filter((argument) => argument.startsWith("file:"));
  const bases = [
    module,
    join(process.cwd(), "package.json"),
    ...loaders.map((loader) => fileURLToPath(loader)),
  ];
  for (const base of bases) {
    try {
      // `require` resolves to the CommonJS form, beside the module.
      const api = createRequire(base).resolve("tsx/esm/api");
      return pathToFileURL(api.replace(/\.cjs$/, ".mjs")).href;
    } catch {
      // Looked for in the next place.
    }
  }
  return null;
}
