// `npm run pack [-- --out FOLDER] [--only platform|packages]`: the tarballs of a release.
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { STATE } from "../setup/paths.mjs";
import { packPackages } from "./packages.mjs";
import { packPlatform } from "./platform.mjs";

const { values } = parseArgs({ options: { out: { type: "string" }, only: { type: "string" } } });
const out = resolve(values.out ?? join(STATE, "packed"));
const log = (/** @type {string} */ line) => process.stderr.write(`[pack] ${line}\n`);

const tarballs = [
  ...(values.only === "platform" ? [] : await packPackages(out)),
  ...(values.only === "packages" ? [] : [packPlatform(out, log)]),
];
process.stdout.write(`${tarballs.join("\n")}\n`);
