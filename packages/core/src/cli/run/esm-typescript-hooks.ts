// The resolve hook of esm-typescript.ts.

import type { ResolveHook } from "node:module";

/** Called by node for every import. @internal */
export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  const resolved = await nextResolve(specifier, context);
  // tsx/esm would leave these to require, which knows no types.
  return resolved.format === "commonjs" && isTypeScript(resolved.url)
    ? { ...resolved, format: "module" }
    : resolved;
};

function isTypeScript(url: string): boolean {
  return url.startsWith("file:") && /\.tsx?$/.test(new URL(url).pathname);
}
