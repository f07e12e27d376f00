// `fabric test-plugin` on plugins written into a folder of their own.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const core = join(import.meta.dirname, "../..");
const workspace = join(core, "../..");
const main = join(core, "dist/cli/main.js");
const root = mkdtempSync(join(tmpdir(), "fabric-test-plugin-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command; the kit is found from the working directory. */
function testPlugin(args: readonly string[], cwd = workspace): Run {
  // Package managers' own scripts set it, and everything in their store would be found.
  const { NODE_PATH: _, ...env } = process.env;
  return spawnSync(process.execPath, [main, "test-plugin", ...args], {
    cwd,
    env,
    encoding: "utf8",
  });
}

let count = 0;

/** A package with this code and manifest; what it needs is linked. */
function plugin(code: string, manifest: object = {}, linked = true): string {
  const folder = join(root, `plugin-${++count}`);
  mkdirSync(folder);
  writeFileSync(join(folder, "index.js"), code);
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({
      name: "fabric-precision-sample",
      version: "1.2.3",
      type: "module",
      fabric: { api: 1, precisions: ["sample"] },
      exports: { ".": "./index.js", "./package.json": "./package.json" },
      ...manifest,
    }),
  );
  if (linked) {
    mkdirSync(join(folder, "node_modules/@fabric"), { recursive: true });
    symlinkSync(core, join(folder, "node_modules/@fabric/core"));
  }
  return folder;
}

const SAMPLE = `
  import { Precision } from "@fabric/core";
  class Sample extends Precision {
    constructor(alias) { super(); this.precision = alias; }
    /* hooks */
  }
  export const createPrecision = (alias) => new Sample(alias);`;

const withHook = (hook: string): string => SAMPLE.replace("/* hooks */", hook);

describe("fabric test-plugin", () => {
  it("prints a table and a last line of counts, and exits with 0", () => {
    const { status, stdout, stderr } = testPlugin([plugin(SAMPLE)]);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^rule +result +detail$/m);
    expect(stdout).toMatch(/^two-fabrics +passed/m);
    expect(stdout).toMatch(/^cuda +(passed|skipped)/m);
    expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/^3\d passed, 0 failed, \d skipped$/);
  });

  it("names the broken rule with the reason, and exits with 1", () => {
    const folder = plugin(withHook("forwardContext() { return undefined; }"));
    const { status, stdout } = testPlugin([folder]);
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^hook-order +failed +forwardContext returned undefined; expected an object/m,
    );
    expect(stdout).toMatch(/\d+ passed, \d+ failed, \d+ skipped\n$/);
  });

  it("stops at a package that cannot be loaded, and tells why", () => {
    for (const [code, reason] of [
      ["await null; export const createPrecision = () => null;", /top-level await/],
      ["export const create = 1;", /exports no function `createPrecision`/],
      ['import "missing-package";', /Cannot find package 'missing-package'/],
      ["export const createPrecision = () => ({});", /extends Precision/],
    ] as const) {
      const { status, stdout } = testPlugin([plugin(code)]);
      expect(status).toBe(1);
      expect(stdout).toMatch(/^load +failed/m);
      expect(stdout).toMatch(reason);
      expect(stdout).toMatch(/\n3 passed, 1 failed, 0 skipped\n$/);
    }
  });

  it("runs every alias, or the one asked for, and writes JSON", () => {
    const folder = plugin(SAMPLE, { fabric: { api: 1, precisions: ["one", "two"] } });
    const report = (...args: string[]): { sections: { alias: string }[]; failed: number } =>
      JSON.parse(testPlugin([folder, "--json", ...args]).stdout);
    expect(report().sections.map(({ alias }) => alias)).toEqual(["package.json", "one", "two"]);
    expect(report("--alias", "two")).toMatchObject({
      name: "fabric-precision-sample",
      version: "1.2.3",
      sections: [{ alias: "package.json" }, { alias: "two" }],
      failed: 0,
    });
    const other = testPlugin([folder, "--alias", "three"]);
    expect(other.status).toBe(1);
    expect(other.stderr).toContain('it lists "one", "two"');
  });

  it("takes tolerances and rules to leave out from the manifest", () => {
    const conformance = {
      sample: { skip: { "no-leak": "takes long" }, tolerance: { gradient: 1e-12 } },
    };
    const folder = plugin(SAMPLE, { fabric: { api: 1, precisions: ["sample"], conformance } });
    const { status, stdout } = testPlugin([folder]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^no-leak +skipped +takes long$/m);
    expect(stdout).toMatch(
      /^gradient-accuracy +failed +gradients are off by .* the tolerance is 1e-12/m,
    );
  });

  it("checks the manifest", () => {
    const folder = plugin(SAMPLE, {
      fabric: { api: 9, precisions: ["sample"] },
      exports: "./index.js",
      dependencies: { "@fabric/core": "*" },
    });
    const { status, stdout } = testPlugin([folder]);
    expect(status).toBe(1);
    for (const rule of ["manifest-api", "manifest-exports", "manifest-peers"])
      expect(stdout).toMatch(new RegExp(`^${rule} +failed`, "m"));
  });

  it("checks the commands, also of a package that brings nothing else", () => {
    const commands = {
      shout: { summary: "say it loudly", module: "./shout.js" },
      whisper: { summary: "say it quietly", module: "./shout.js" },
      gone: { summary: "is not there", module: "./gone.js" },
      doctor: { summary: "core's own name", module: "./shout.js" },
      outside: { summary: "elsewhere", module: "../shout.js" },
    };
    const folder = plugin("export {};", { fabric: { api: 1, commands } });
    writeFileSync(
      join(folder, "shout.js"),
      'export const command = { name: "shout", summary: "say it loudly", run: async () => 0 };',
    );
    const { status, stdout, stderr } = testPlugin([folder]);
    expect(stderr).toBe("");
    expect(status).toBe(1);
    expect(stdout).toMatch(/^command:shout +passed/m);
    expect(stdout).toMatch(/^command:whisper +failed .*exports no `command` of that name/m);
    expect(stdout).toMatch(/^command:gone +failed/m);
    expect(stdout).toMatch(/^command:doctor +failed +`fabric doctor` is core's own/m);
    expect(stdout).toMatch(/^command:outside +failed +"module" must be a path inside/m);
    expect(stdout).toMatch(/\n4 passed, 4 failed, 0 skipped\n$/);
    const list = plugin("export {};", { fabric: { api: 1, commands: ["shout"] } });
    expect(testPlugin([list]).stdout).toMatch(/^command:\* +failed/m);
  });

  it("says how to install the kit where there is none", () => {
    const folder = plugin(SAMPLE, {}, false);
    const { status, stdout, stderr } = testPlugin(["."], folder);
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain("[fabric] FABRIC_MISSING_TESTKIT");
    expect(stderr).toContain("pnpm add -D @fabric/precision-testkit");
  });

  it("refuses a folder that is no plugin, and a manifest that is no JSON", () => {
    expect(testPlugin([plugin(SAMPLE, { fabric: {} })])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("FABRIC_CONFIG_MANIFEST"),
    });
    const folder = plugin(SAMPLE);
    writeFileSync(join(folder, "package.json"), "{");
    expect(testPlugin([folder])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("FABRIC_CONFIG_MANIFEST"),
    });
  });

  it("survives a plugin that ends the process", () => {
    const { status, stderr } = testPlugin([
      plugin(withHook('forwardContext() { process.kill(process.pid, "SIGKILL"); }')),
    ]);
    expect(status).toBe(137);
    expect(stderr).toContain("SIGKILL");
  });

  it("exits with 2 for wrong usage, and with 0 for help", () => {
    for (const args of [
      [],
      ["a", "b"],
      ["does-not-exist"],
      [root],
      [plugin(SAMPLE), "--jsn"],
      [plugin(SAMPLE), "--device", "tpu"],
    ])
      expect(testPlugin(args)).toMatchObject({ status: 2, stdout: "" });
    expect(testPlugin(["--help"])).toMatchObject({ status: 0, stderr: "" });
  });
});
