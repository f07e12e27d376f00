// Packs for real, and builds and tests what was packed with nothing of this machine's Node: with FABRIC_PYTHON naming a Python whose torch is a
// CUDA build, as far as a machine without a GPU can.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findPython } from "../../libtorch/python.mjs";
import { ROOT } from "../../setup/paths.mjs";
import { LIMIT_BYTES } from "../archive.mjs";

const python = findPython(process.env);
const hasCuda = existsSync(join(python?.torch?.root ?? "", "lib/libtorch_cuda.so"));
const folder = mkdtempSync(join(tmpdir(), "fabric-gpu-archive-"));

function run(args: string[], env: Record<string, string> = {}) {
  return spawnSync("bash", ["run.sh", ...args], {
    cwd: folder,
    encoding: "utf8",
    env: {
      PATH: "/usr/bin:/bin",
      FABRIC_PYTHON: python?.command ?? "python3",
      FABRIC_CUDA_ARCHITECTURES: "90a-real",
      OMP_NUM_THREADS: "1",
      ...env,
    },
  });
}

describe("the packed checkout", () => {
  beforeAll(() => {
    const archive = join(folder, "gpu.tar.xz");
    const packed = spawnSync(
      process.execPath,
      [join(ROOT, "tools/gpu-pack/main.mjs"), "--out", archive],
      { encoding: "utf8" },
    );
    expect(packed.stderr).toBe("");
    expect(statSync(archive).size).toBeLessThan(LIMIT_BYTES);
    expect(spawnSync("tar", ["-xJf", archive, "-C", folder]).status).toBe(0);
  }, 1_800_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("brings Node and the licences of what it brings", () => {
    const { stdout } = spawnSync(join(folder, "node/bin/node"), ["--version"], {
      encoding: "utf8",
    });
    expect(stdout.trim()).toBe(process.version);
    expect(readFileSync(join(folder, "node/LICENSE"), "utf8")).toMatch(
      /Permission is hereby granted/,
    );
    expect(existsSync(join(folder, "fabric/LICENSE"))).toBe(true);
  });

  it.skipIf(!hasCuda)(
    "builds, and runs its tests on the CPU, but not on a GPU that is not there",
    () => {
      const built = run(["build"]);
      expect(built.stdout).toMatch(/\[setup\] built/);
      expect(built.status).toBe(0);
      const slice = ["test", "--", "packages/torch/test/placement.test.ts", "tools/bench"];
      const tested = run(slice, { FABRIC_TEST_DEVICE: "cpu" });
      expect(tested.stdout).toMatch(/\d\d+ passed, 0 failed, \d+ skipped/);
      const results = JSON.parse(readFileSync(join(folder, "out/results.json"), "utf8"));
      expect(results.tests.failed).toBe(0);
      expect(results.build.torch).toBe(python?.torch?.version);
      const refused = run(slice);
      expect(refused.status).toBe(1);
      expect(refused.stdout).toContain("libtorch sees no CUDA device");
      expect(run(["bench"]).stdout).toContain("libtorch sees no CUDA device");
    },
  );
});
