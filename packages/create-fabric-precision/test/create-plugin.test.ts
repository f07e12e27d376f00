import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPlugin } from "create-fabric-precision";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "fabric-create-"));
});

afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const failure = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

describe("createPlugin", () => {
  it("writes a package that names its alias, and leaves no placeholder", () => {
    const made = createPlugin({ target: "my-plugin", cwd });
    expect(made).toMatchObject({
      packageName: "fabric-precision-my-plugin",
      alias: "my-plugin",
      className: "MyPluginPrecision",
      folder: join(cwd, "my-plugin"),
    });
    expect(made.files).toEqual([
      "README.md",
      ".gitignore",
      "package.json",
      "src/index.ts",
      "src/precision.ts",
      "src/round.ts",
      "test/conformance.test.ts",
      "test/precision.test.ts",
      "tsconfig.build.json",
      "tsconfig.json",
      "vitest.config.ts",
    ]);
    for (const file of made.files)
      expect(readFileSync(join(made.folder, file), "utf8")).not.toMatch(/__[A-Z]+__/);
    const manifest = JSON.parse(readFileSync(join(made.folder, "package.json"), "utf8"));
    expect(manifest.fabric).toMatchObject({ api: 1, precisions: ["my-plugin"] });
    const own = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8")) as {
      version: string;
    };
    expect(manifest.peerDependencies["@fabric/core"]).toBe(`>=${own.version} <1`);
  });

  it.each([
    [
      "fabric-precision-fp6",
      undefined,
      "fabric-precision-fp6",
      "fp6",
      "Fp6Precision",
      "fabric-precision-fp6",
    ],
    ["@acme/fp6", undefined, "@acme/fabric-precision-fp6", "fp6", "Fp6Precision", "fp6"],
    [
      "plugins/fp6",
      "fp6-mixed",
      "fabric-precision-fp6",
      "fp6-mixed",
      "Fp6MixedPrecision",
      "plugins/fp6",
    ],
    ["int4", "4-true", "fabric-precision-int4", "4-true", "Precision4True", "int4"],
  ])("%s with the alias %s is %s", (target, alias, packageName, chosen, className, folder) => {
    expect(createPlugin({ target, alias, cwd })).toMatchObject({
      packageName,
      alias: chosen,
      className,
      folder: join(cwd, folder),
    });
  });

  it.each([
    ["My Plugin", undefined, "FABRIC_CONFIG_NAME"],
    ["UPPER", undefined, "FABRIC_CONFIG_NAME"],
    ["@Acme/fp6", undefined, "FABRIC_CONFIG_NAME"],
    ["..", undefined, "FABRIC_CONFIG_NAME"],
    ["a".repeat(214), undefined, "FABRIC_CONFIG_NAME"],
    ["fp6", "two words", "FABRIC_CONFIG_ALIAS"],
    ["fp6", "", "FABRIC_CONFIG_ALIAS"],
    ["fp6", "bf16-mixed", "FABRIC_CONFIG_ALIAS"],
    ["32-true", undefined, "FABRIC_CONFIG_ALIAS"],
  ])("refuses %j with the alias %j", (target, alias, code) => {
    expect(failure(() => createPlugin({ target, alias, cwd }))).toMatchObject({ code });
    expect(readdirSync(cwd)).toEqual([]);
  });

  it("refuses a folder that holds something, and a file, and writes nothing", () => {
    mkdirSync(join(cwd, "full"));
    writeFileSync(join(cwd, "full", "work.txt"), "mine");
    writeFileSync(join(cwd, "file"), "mine");
    for (const target of ["full", "file"])
      expect(failure(() => createPlugin({ target, cwd }))).toMatchObject({
        code: "FABRIC_CONFIG_FOLDER",
      });
    expect(readdirSync(join(cwd, "full"))).toEqual(["work.txt"]);
  });

  it("takes an empty folder and a fresh repository", () => {
    mkdirSync(join(cwd, "fresh", ".git"), { recursive: true });
    expect(existsSync(join(createPlugin({ target: "fresh", cwd }).folder, "package.json"))).toBe(
      true,
    );
  });
});
