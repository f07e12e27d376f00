import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import * as torch from "@fabric/torch";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const dist = dirname(fileURLToPath(import.meta.resolve("@fabric/torch")));
let folder: string;
let copy: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fabric-native-"));
  copy = join(folder, "torch", "dist", "index.js");
  cpSync(dist, dirname(copy), { recursive: true });
  writeFileSync(
    join(folder, "torch", "package.json"),
    JSON.stringify({ name: "@fabric/torch", type: "module" }),
  );
  mkdirSync(join(folder, "cache"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a script that imports a copy of the package without an addon beside it, and gives what it prints. */
function run(script: string, env: Record<string, string> = {}): string {
  const { FABRIC_ADDON: _, FABRIC_LIBTORCH: __, ...rest } = process.env;
  return execFileSync(process.execPath, ["--input-type=module", "-e", script], {
    env: { ...rest, FABRIC_CACHE: join(folder, "cache"), ...env },
    encoding: "utf8",
  });
}

const firstUse = (): string => `
  import * as torch from ${JSON.stringify(pathToFileURL(copy).href)};
  try { torch.ones([1]); console.log("worked from", torch.buildInfo().origin.source); } catch (error) { console.log(error.code, error.message); }
`;

describe("the loader of the addon", () => {
  it("says what is missing and what to do, on first use rather than on import", () => {
    const text = run(firstUse());
    expect(text).toMatch(/^FABRIC_MISSING_NATIVE /);
    expect(text).toContain("npm run setup");
    expect(text).toContain(`@fabric/torch-${process.platform}-${process.arch}`);
  });

  it("lists what it tried when a file does not load", () => {
    const broken = join(folder, "broken.node");
    writeFileSync(broken, "not a library");
    const text = run(firstUse(), { FABRIC_ADDON: broken });
    expect(text).toMatch(/^FABRIC_MISSING_NATIVE /);
    expect(text).toContain(broken);
  });

  it("takes the addon that a FABRIC_LIBTORCH folder or the cache names", () => {
    const { addon, torchVersion } = torch.buildInfo().origin;
    writeFileSync(join(folder, "fabric-addon.json"), JSON.stringify({ addon, torchVersion }));
    expect(run(firstUse(), { FABRIC_LIBTORCH: folder })).toContain("worked from FABRIC_LIBTORCH");
    writeFileSync(join(folder, "cache", "addon.json"), JSON.stringify({ addon, torchVersion }));
    expect(run(firstUse())).toContain("worked from cache");
    rmSync(join(folder, "cache", "addon.json"));
  });

  it("refuses a second copy of the package in one process, naming both", () => {
    const { addon } = torch.buildInfo().origin;
    const text = run(
      `
      import * as one from ${JSON.stringify(pathToFileURL(join(dist, "index.js")).href)};
      import * as two from ${JSON.stringify(pathToFileURL(copy).href)};
      one.ones([1]);
      try { two.ones([1]); } catch (error) { console.log(error.code, error.message); }
    `,
      { FABRIC_ADDON: addon },
    );
    expect(text).toMatch(/^FABRIC_CONFIG_TWO_COPIES /);
    expect(text).toContain(join(folder, "torch"));
    expect(text).toContain(dirname(dist));
  });
});
