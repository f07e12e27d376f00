// What runs on the GPU machine, as far as it can be tried without one.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ROOT } from "../../setup/paths.mjs";
import { countTests } from "../machine/counts.mjs";

const SCRIPT = join(ROOT, "tools/gpu-pack/machine/run.sh");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fabric-gpu-machine-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An executable of a few lines. */
function program(path: string, lines: string): void {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), `#!/bin/bash\n${lines}\n`);
  chmodSync(join(folder, path), 0o755);
}

/** Runs the script as if the folder were the unpacked archive, with a Node that tells its arguments and `python3`, `nvidia-smi` of ours. */
function run(args: string[], env: Record<string, string> = {}) {
  copyFileSync(SCRIPT, join(folder, "run.sh"));
  mkdirSync(join(folder, "fabric"), { recursive: true });
  program(
    "node/bin/node",
    'echo "node $* device=$FABRIC_TEST_DEVICE arch=$FABRIC_CUDA_ARCHITECTURES"\nexit $NODE_STATUS',
  );
  const { status, stdout, stderr } = spawnSync("/bin/bash", [join(folder, "run.sh"), ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: join(folder, "bin"), ...env },
  });
  return { status, stdout, stderr };
}

describe("run.sh", () => {
  // Nothing else is on PATH: neither a Node nor a Python of the machine that tests.
  beforeEach(() => {
    mkdirSync(join(folder, "bin"));
    for (const tool of ["mkdir", "dirname", "tee", "head", "tr", "rm"])
      symlinkSync(
        spawnSync("which", [tool], { encoding: "utf8" }).stdout.trim(),
        join(folder, "bin", tool),
      );
  });

  it("is valid, and refuses unknown steps", () => {
    expect(spawnSync("bash", ["-n", SCRIPT]).status).toBe(0);
    const { status, stderr } = run(["frob"]);
    expect(status).toBe(1);
    expect(stderr).toContain('Unknown step "frob"');
  });

  it("builds for this GPU's architecture, Hopper's with its own instructions", () => {
    program("bin/python3", "exit 0");
    for (const [capability, architecture] of [
      ["9.0", "90a-real"],
      ["8.9", "89-real"],
      ["12.0", "120-real"],
    ] as const) {
      program("bin/nvidia-smi", `echo "${capability}"`);
      const { status, stdout } = run(["build"]);
      expect(status).toBe(0);
      expect(stdout).toContain(`build.mjs device=cuda arch=${architecture}`);
      expect(readFileSync(join(folder, "out/build.log"), "utf8")).toContain(architecture);
    }
  });

  it("says what is missing: a Python with torch, compute-sanitizer", () => {
    program("bin/python3", "exit 1");
    expect(run(["build"], { FABRIC_PYTHON: join(folder, "bin/python3") }).stderr).toContain(
      "No Python with torch was found",
    );
    expect(run(["sanitize"]).stderr).toContain("compute-sanitizer was not found");
  });

  it("passes arguments on to the tests, and their status back", () => {
    const { status, stdout } = run(["test", "--", "packages/torch", "-t", "two words"], {
      NODE_STATUS: "3",
    });
    expect(stdout).toMatch(/vitest\.mjs run .*packages\/torch -t two words device=cuda/);
    expect(status).toBe(3);
  });

  it("without a GPU builds for a named architecture only", () => {
    program("bin/python3", "exit 0");
    const { status, stderr } = run(["build"]);
    expect(status).toBe(1);
    expect(stderr).toContain("nvidia-smi names no GPU");
  });
});

describe("the summary", () => {
  it("counts tests, and a file that could not be run as a failure", () => {
    const test = (status: string) => ({ fullName: `is ${status}`, status });
    const report = {
      testResults: [
        {
          name: "/x/a.test.ts",
          status: "failed",
          assertionResults: ["passed", "failed", "skipped", "pending"].map(test),
        },
        {
          name: "/x/b.test.ts",
          status: "failed",
          message: "no addon\nat line 1",
          assertionResults: [],
        },
        { name: "/x/c.test.ts", status: "passed", assertionResults: [test("passed")] },
      ],
    };
    expect(countTests(report, "/x")).toEqual({
      passed: 2,
      failed: 2,
      skipped: 2,
      failures: ["a.test.ts: is failed", "b.test.ts: no addon"],
    });
  });
});
