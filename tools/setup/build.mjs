// Step 3: TypeScript to `dist/` in every package, in dependency order.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { contentHash } from "./hash.mjs";
import { packageNames, ROOT } from "./paths.mjs";
import { runLogged } from "./progress.mjs";

/** @returns {import("./step.mjs").Step} */
export function buildStep() {
  const sources = packageNames().flatMap((name) =>
    ["src", "tsconfig.json", "package.json"].map((part) => join(ROOT, "packages", name, part)),
  );
  return {
    name: "build",
    title: "compiling the packages",
    inputs: contentHash([
      ...sources,
      join(ROOT, "tsconfig.json"),
      join(ROOT, "tsconfig.base.json"),
      join(ROOT, "pnpm-lock.yaml"),
    ]),
    isWhole: () =>
      packageNames().every((name) => existsSync(join(ROOT, "packages", name, "dist", "index.js"))),
    work: ({ interrupted }) =>
      runLogged({
        name: "build",
        command: process.execPath,
        args: [
          join(ROOT, "node_modules/typescript/bin/tsc"),
          "-b",
          ...(interrupted ? ["--force"] : []),
        ],
        remedy: "Mend the type errors above, then run this again.",
      }),
  };
}
