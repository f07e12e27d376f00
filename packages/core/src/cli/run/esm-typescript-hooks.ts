// The resolve hook of esm-typescript.ts. tsx/esm leaves such files to require, which then refuses them.

import { readFileSync } from "node:fs";
import type { ResolveHook } from "node:module";
import { fileURLToPath } from "node:url";

/** A statement that only ES modules have. */
const ESM_SYNTAX = /^\s*(import\b(?!\s+\w+\s*=\s*require\b)|export\b(?!\s*=))/m;

/** Called by node for every import. @internal */
export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  const resolved = await nextResolve(specifier, context);
  if (resolved.format !== "commonjs" || !isTypeScript(resolved.url)) return resolved;
  return ESM_SYNTAX.test(readFileSync(fileURLToPath(resolved.url), "utf8"))
    ? { ...resolved, format: "module" }
    : resolved;
};

function isTypeScript(url: string): boolean {
  return url.startsWith("file:") && /\.tsx?$/.test(new URL(url).pathname);
}
