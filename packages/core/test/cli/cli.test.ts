import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

const main = join(import.meta.dirname, "../../dist/cli/main.js");

function fabric(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe("the fabric command", () => {
  it("prints help, and exits with 2 without a command", () => {
    expect(fabric("--help")).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("doctor"),
    });
    expect(fabric().status).toBe(2);
    expect(fabric("doctor", "--help").status).toBe(0);
  });

  it("suggests the nearest command and exits with 2", () => {
    const { status, stderr } = fabric("docter");
    expect(status).toBe(2);
    expect(stderr).toContain("`doctor`");
    expect(fabric("doctor", "--jsn").status).toBe(2);
  });

  it("doctor tells Node, libtorch, devices and plugins, as text and as JSON", () => {
    const text = fabric("doctor");
    expect(text.status).toBe(0);
    expect(text.stdout).toContain(process.version);
    const report = JSON.parse(fabric("doctor", "--json").stdout) as {
      libtorch: string;
      accelerators: string[];
      precisions: { alias: string }[];
    };
    expect(report.libtorch).toMatch(/^\d+\.\d+/);
    expect(report.accelerators).toContain("cpu");
    expect(report.precisions.map((row) => row.alias)).toContain("32-true");
  });

  it("precisions lists every alias with its package", () => {
    const rows = JSON.parse(fabric("precisions", "--json").stdout) as {
      alias: string;
      package: string;
      installed: boolean;
    }[];
    expect(rows.find((row) => row.alias === "bf16-mixed")?.package).toBe("@fabric/precision-mixed");
    expect(fabric("precisions").stdout).toContain("64-true");
  });
});
