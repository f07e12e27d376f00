// What `npm create fabric-precision` makes works as it is: it compiles, its tests pass, and so does `fabric test-plugin`.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPlugin } from "../../../packages/create-fabric-precision/dist/index.js";
import { linkDependencies, runIn } from "../plugin/plugin-folder.js";

const root = mkdtempSync(join(tmpdir(), "fabric-created-"));
let folder: string;

beforeAll(() => {
  ({ folder } = createPlugin({ target: "six-bits", alias: "6-sim", cwd: root }));
  linkDependencies(folder);
  const dependencies = { "fabric-precision-six-bits": "file:six-bits" };
  const app = { name: "app", private: true, type: "module", dependencies };
  writeFileSync(join(root, "package.json"), JSON.stringify(app));
  linkDependencies(root);
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("a plugin from the template", () => {
  it("is refused by test-plugin as long as it is not built", () => {
    const { status, stdout } = runIn(folder, "fabric", ["test-plugin", "."]);
    expect(status).toBe(1);
    expect(stdout).toContain("build the package first");
  });

  it("type-checks with its tests, and compiles", () => {
    expect(runIn(folder, "tsc", [])).toMatchObject({ status: 0, stdout: "" });
    const build = runIn(folder, "tsc", ["-p", "tsconfig.build.json"]);
    expect(build).toMatchObject({ status: 0, stdout: "" });
  });

  it("passes its own tests, the conformance suite among them", () => {
    const { status, stdout, stderr } = runIn(folder, "vitest", ["run"]);
    expect(stdout + stderr).not.toMatch(/failed/);
    expect(status).toBe(0);
    expect(stdout).toMatch(/Test Files {2}2 passed/);
  });

  it("passes fabric test-plugin, as text and as JSON", () => {
    const text = runIn(root, "fabric", ["test-plugin", "./six-bits"]);
    expect(text.stderr).toBe("");
    expect(text.status).toBe(0);
    expect(text.stdout).toMatch(/^gradient-accuracy +passed/m);
    expect(text.stdout).toMatch(/\n3\d passed, 0 failed, \d skipped\n$/);
    const json = runIn(folder, "fabric", ["test-plugin", ".", "--alias", "6-sim", "--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({ name: "fabric-precision-six-bits", failed: 0 });
  });

  it("is found by its alias in an application that depends on it", () => {
    const program = `
      import { Fabric } from "@fabric/core";
      console.log(new Fabric({ accelerator: "cpu", precision: "6-sim" }).precision.describe());`;
    const { stdout, stderr } = runIn(root, "node", ["--input-type=module", "-e", program]);
    expect(stderr).toBe("");
    expect(stdout).toContain("6-sim: weights float32");
  });
});
