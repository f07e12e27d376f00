// `npm run check:packages`: packs every package and checks the tarballs as a registry and a consumer would see them.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { ROOT } from "../setup/paths.mjs";
import { packPackages } from "./packages.mjs";

// By path: neither tool exports its script.
const MODULES = join(ROOT, "node_modules");
const out = mkdtempSync(join(tmpdir(), "fabric-check-"));

const CHECKS = [
  { name: "publint", args: [join(MODULES, "publint/src/cli.js"), "--strict"] },
  {
    name: "attw",
    args: [
      join(MODULES, "@arethetypeswrong/cli/dist/index.js"),
      "--profile",
      "esm-only",
      "--no-color",
      "--no-emoji",
    ],
  },
];

let passed = 0;
let failed = 0;
try {
  for (const tarball of await packPackages(out)) {
    for (const { name, args } of CHECKS) {
      const [tool = "", ...rest] = args;
      const result = spawnSync(process.execPath, [tool, tarball, ...rest], { encoding: "utf8" });
      const good = result.status === 0;
      if (good) passed += 1;
      else failed += 1;
      process.stdout.write(`${good ? "ok  " : "FAIL"} ${name} ${basename(tarball)}\n`);
      if (!good) process.stdout.write(`${result.stdout}${result.stderr}\n`);
    }
  }
} finally {
  rmSync(out, { recursive: true, force: true });
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
