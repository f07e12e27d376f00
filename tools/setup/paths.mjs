// Where things are in the workspace.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the checkout. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** State of setup itself: stamps, logs, the lock. Git-ignored, safe to delete. */
export const STATE = join(ROOT, ".fabric");

/** Names of the folders under `packages/`. */
export function packageNames() {
  const folder = join(ROOT, "packages");
  return readdirSync(folder).filter((name) => existsSync(join(folder, name, "package.json")));
}
