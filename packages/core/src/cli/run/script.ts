// What node needs before the script: a loader for TypeScript, nothing for JavaScript.

import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { pathToFileURL } from "node:url";

import { FabricError } from "../../torch.js";
import { UsageError } from "../command.js";

const JAVASCRIPT: readonly string[] = [".js", ".mjs", ".cjs", ""];
const TYPESCRIPT: readonly string[] = [".ts", ".mts"];

/**
 * The arguments of node that stand before the script.
 *
 * @throws UsageError for a file of another kind, FabricError `FABRIC_MISSING_TSX`. @internal
 */
export function nodeArguments(
  script: string,
  stripsTypes: boolean = nodeStripsTypes(),
  tsx: string | null = TYPESCRIPT.includes(extname(script)) ? findTsx(script) : null,
): string[] {
  const kind = extname(script);
  if (JAVASCRIPT.includes(kind)) return [];
  if (!TYPESCRIPT.includes(kind))
    throw new UsageError(
      `\`${script}\` is no script: expected a file that ends in ${[...JAVASCRIPT.slice(0, 3), ...TYPESCRIPT].join(", ")}.`,
    );
  // tsx/esm, never plain tsx: that also hooks require, and a plugin would then meet a second copy of core.
  if (tsx !== null) {
    const loaders = [pathToFileURL(tsx).href, new URL("./esm-typescript.js", import.meta.url).href];
    return ["--enable-source-maps", ...loaders.flatMap((loader) => ["--import", loader])];
  }
  if (stripsTypes) return [];
  throw new FabricError(
    "FABRIC_MISSING_TSX",
    `\`${script}\` is TypeScript, which this Node (${process.version}) does not run by itself, and tsx is not installed.\n` +
      "Install it: pnpm add -D tsx (or: npm install -D tsx). Node 22.18 and 23.6 and later need nothing.",
  );
}

/** Whether node runs TypeScript without a flag. */
function nodeStripsTypes(): boolean {
  const { typescript } = process.features as { typescript?: string | false };
  return typeof typescript === "string";
}

/** The loader of tsx from the script's project, then the working directory, then core's own place. */
function findTsx(script: string): string | null {
  for (const base of [realpathSync(script), join(process.cwd(), "package.json"), import.meta.url]) {
    try {
      return createRequire(base).resolve("tsx/esm");
    } catch {
      // Looked for in the next place.
    }
  }
  return null;
}
