// `npm run release [-- --publish]`: packs everything and hands it to npm, as a rehearsal unless --publish is given.
// Versions and change logs come first: `npx changeset version`, then commit.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { STATE } from "../setup/paths.mjs";
import { packPackages } from "./packages.mjs";
import { packPlatform } from "./platform.mjs";

const { values } = parseArgs({ options: { publish: { type: "boolean", default: false } } });
const out = join(STATE, "release");
rmSync(out, { recursive: true, force: true });

// The platform package goes first: from the moment @fabric/torch is there, people install both.
const tarballs = [
  packPlatform(out, (line) => process.stderr.write(`[release] ${line}\n`)),
  ...(await packPackages(out)),
];
for (const tarball of tarballs) {
  const args = ["publish", tarball, "--access", "public", ...(values.publish ? [] : ["--dry-run"])];
  const { status } = spawnSync("npm", args, { stdio: "inherit" });
  if (status !== 0) {
    process.stderr.write(
      `[release] npm publish ${tarball} ended with ${status}; nothing after it was published\n`,
    );
    process.exitCode = 1;
    break;
  }
}
