import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packPackages } from "../../../pack/packages.mjs";
import { PLATFORM_PACKAGE, packPlatform } from "../../../pack/platform.mjs";
import { type Layout, packPlugin, Scratch, type Tarballs } from "../scratch.js";

const PUBLISHED = ["core", "torch", "precision-mixed", "precision-testkit"];
const PLUGIN = "fabric-precision-rounded";
const TEN_MINUTES_MS = 600_000;

let root: string;
let tarballs: Tarballs;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "fabric-consumer-"));
  const packed = await packPackages(root, PUBLISHED);
  tarballs = {
    ...Object.fromEntries(packed.map((path, index) => [`@fabric/${PUBLISHED[index]}`, path])),
    [PLATFORM_PACKAGE]: packPlatform(root, () => {}),
    [PLUGIN]: packPlugin(root),
  };
}, TEN_MINUTES_MS);

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe.each<Layout>(["npm", "pnpm"])(
  "a project outside the workspace, installed by %s",
  (layout) => {
    let scratch: Scratch;

    beforeAll(async () => {
      scratch = new Scratch(root, layout);
      await scratch.install(layout, tarballs);
    }, TEN_MINUTES_MS);

    it("has neither a compiler nor Python on its PATH", () => {
      const found = [
        "cc",
        "gcc",
        "g++",
        "c++",
        "clang",
        "cmake",
        "make",
        "ninja",
        "python3",
        "python",
      ];
      expect(found.filter((program) => scratch.has(program))).toEqual([]);
      expect(scratch.has("node")).toBe(true);
    });

    it("type-checks against the published declarations", () => {
      scratch.compile();
    });

    it("trains under the third party's alias and under bf16-mixed, on the libtorch of the platform package", () => {
      const { losses, seen, libraries } = JSON.parse(
        scratch.run("node", ["out/main.js"]).trim().split("\n").at(-1) ?? "",
      );
      expect(losses.rounded).toBeGreaterThan(0);
      expect(losses.mixed).toBeGreaterThan(0);
      // 0.1, 0.2, 0.3, 0.4 to the nearest quarter; PyTorch rounds halves to even, and none is one.
      expect(seen).toEqual([0, 0.25, 0.25, 0.5]);
      expect(libraries.map((path: string) => basename(path)).sort()).toEqual([
        "fabric_torch.node",
        "libtorch_cpu.so",
      ]);
      for (const path of libraries) expect(path).toContain("torch-linux-x64");
    });

    it("finds the third party's plugin in keeping with every rule", () => {
      const printed = scratch.run("node", [
        "node_modules/@fabric/core/bin/fabric.js",
        "test-plugin",
        `node_modules/${PLUGIN}`,
      ]);
      expect(printed).toMatch(/^two-fabrics +passed/m);
      expect(printed).toMatch(/\n\d+ passed, 0 failed, \d skipped\n$/);
    });

    it("reads a data set in worker threads, saves in the background, loads and inspects", () => {
      writeFileSync(
        join(scratch.app, "counting.mjs"),
        `import { data, torch } from "@fabric/core";
        export class Counting extends data.Dataset {
          length = 6;
          get(index) { return torch.full([2], index); }
        }`,
      );
      writeFileSync(
        join(scratch.app, "threads.mjs"),
        `import { data, Fabric, torch } from "@fabric/core";
        import { Counting } from "./counting.mjs";
        const fabric = new Fabric({ accelerator: "cpu" });
        const counting = data.fromModule(new URL("./counting.mjs", import.meta.url), Counting);
        const loader = fabric.setupDataLoaders(new data.DataLoader(counting, { batchSize: 3, numWorkers: 2 }));
        const sums = [];
        for await (const batch of loader) sums.push(batch.sum().item());
        await fabric.saveAsync("ckpt", { sums, weight: torch.ones([4]) });
        console.log(JSON.stringify((await fabric.load("ckpt")).sums));`,
      );
      expect(scratch.run("node", ["threads.mjs"]).trim()).toBe("[6,24]");
      const printed = scratch.run("node", [
        "node_modules/@fabric/core/bin/fabric.js",
        "inspect",
        "ckpt",
        "--verify",
      ]);
      expect(printed).toMatch(/^weight +1 +4 +16 B/m);
      expect(printed).toContain("Every checksum matches.");
    });

    it("names the aliases that are installed when it asks for an unknown one", () => {
      const program = `
      import { Fabric } from "@fabric/core";
      try { new Fabric({ accelerator: "cpu", precision: "int3" }); } catch (error) { console.log(error.code + " " + error.message); }`;
      const printed = scratch.run("node", ["--input-type=module", "-e", program]);
      expect(printed).toContain("FABRIC_CONFIG_PRECISION");
      for (const alias of ["32-true", "bf16-mixed", "rounded"]) expect(printed).toContain(alias);
    });

    it("published no workspace or catalog protocol", () => {
      for (const name of [...PUBLISHED.map((short) => `@fabric/${short}`)]) {
        const manifest = readFileSync(
          join(scratch.app, "node_modules", name, "package.json"),
          "utf8",
        );
        expect(manifest).not.toMatch(/workspace:|catalog:/);
      }
    });
  },
);
