import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const bin = join(import.meta.dirname, "../bin/create-fabric-precision.js");
let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "fabric-create-"));
});

afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function create(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [bin, ...args], { cwd, encoding: "utf8" });
}

describe("the create command", () => {
  it("makes a plugin and says what comes next", () => {
    const { status, stdout } = create("fp6", "--alias", "fp6-mixed");
    expect(status).toBe(0);
    expect(stdout).toContain('Made fabric-precision-fp6, which serves precision: "fp6-mixed".');
    expect(stdout).toContain("cd fp6\n");
  });

  it("exits with 1 when there is something already", () => {
    create("fp6");
    const { status, stderr } = create("fp6");
    expect(status).toBe(1);
    expect(stderr).toContain("[fabric] FABRIC_CONFIG_FOLDER");
  });

  it("exits with 2 for wrong usage, and explains it", () => {
    for (const args of [
      [],
      ["a", "b"],
      ["fp6", "--name", "x"],
      ["Bad Name"],
      ["fp6", "--alias", "64-true"],
    ]) {
      const { status, stderr } = create(...args);
      expect(status).toBe(2);
      expect(stderr).not.toBe("");
    }
    expect(create("--help")).toMatchObject({ status: 0, stderr: "" });
  });
});
