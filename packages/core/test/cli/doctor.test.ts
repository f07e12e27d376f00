// `fabric doctor`: the report, its measurements and its self-test.

import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { fabric, Scripts } from "./fabric.js";

const scripts = new Scripts();
afterAll(() => scripts.remove());

interface Report {
  node: string;
  libtorch: string;
  accelerators: string[];
  cpu: { features: string[] };
  kernels: {
    operators: string[];
    kernels: Record<string, string[]>;
    cuda: { version: string } | null;
  };
  plugins: { name: string; commands: string[] }[];
  environment: Record<string, string>;
  notes: string[];
  precisions: {
    alias: string;
    usable: boolean;
    check: null | {
      device: string;
      means: string | null;
      emulated: string | null;
      selfTest: { ok: boolean; loss: number | null; error?: string };
      flopsPerSecond: number | null;
      relativeTo32: number | null;
    };
  }[];
}

function report(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Report {
  const { status, stdout, stderr } = fabric(["doctor", "--json", ...args], { env });
  expect([status, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout) as Report;
}

describe("fabric doctor", () => {
  it("tells Node, libtorch, devices, plugins, operators and kernels", () => {
    const { status, stdout } = fabric(["doctor", "--quick"]);
    expect(status).toBe(0);
    for (const part of [process.version, "@fabric/precision-mixed", "fabric::", "kernels-cuda"])
      expect(stdout).toContain(part);
    expect(stdout).toMatch(/@fabric\/precision-bnb .*; fabric quantize$/m);
    const data = report(["--quick"], { OMP_NUM_THREADS: "1" });
    const bnb = data.plugins.find(({ name }) => name === "@fabric/precision-bnb");
    expect(bnb?.commands).toEqual(["quantize"]);
    expect(data.libtorch).toMatch(/^\d+\.\d+/);
    expect(data.accelerators).toContain("cpu");
    expect(data.kernels.operators).toContain("amp_unscale_norm_");
    expect(Object.keys(data.kernels.kernels)).toEqual(data.kernels.operators);
    expect(data.kernels.kernels["amp_unscale_norm_"]).toContain("CPU");
    for (const keys of Object.values(data.kernels.kernels)) expect(keys).not.toEqual([]);
    expect(stdout).toMatch(/fabric::amp_unscale_norm_ \([^)]*\bCPU\b/);
    expect(data.environment["OMP_NUM_THREADS"]).toBe("1");
  });

  it("trains a step in every precision that can be made, and measures each beside 32-true", () => {
    const { precisions } = report();
    const aliases = precisions.map(({ alias }) => alias);
    expect(aliases).toEqual(expect.arrayContaining(["32-true", "bf16-mixed", "64-true"]));
    for (const { alias, usable, check } of precisions) {
      expect(check !== null, alias).toBe(usable);
      if (check === null) continue;
      expect(check.selfTest, alias).toEqual({ ok: true, loss: expect.any(Number) });
      expect(check.selfTest.loss, alias).toBeGreaterThan(0);
      // Between a slow emulation and the largest accelerators.
      expect(check.flopsPerSecond, alias).toBeGreaterThan(1e6);
      expect(check.flopsPerSecond, alias).toBeLessThan(1e17);
      expect(check.relativeTo32, alias).toBeGreaterThan(0);
    }
    expect(precisions.find(({ alias }) => alias === "32-true")?.check?.relativeTo32).toBe(1);
    const text = fabric(["doctor"]).stdout;
    expect(text).toMatch(/^32-true +ok, loss \d\.\d{3} +[\d.]+ [GT]FLOP\/s +1\.00 x/m);
    expect(text).toMatch(/(\d+) of \1 precisions trained one step with a finite loss/);
  });

  it("says what is emulated, and what an alias means on this device", () => {
    const rows = new Map(
      report(["--quick"], { FABRIC_HALF_CPU: "float32" }).precisions.map((row) => [row.alias, row]),
    );
    if (rows.get("32-true")?.check?.device !== "cpu") return;
    expect(rows.get("bf16-true")?.check?.emulated).toContain("no bfloat16 units");
    expect(rows.get("32-true")?.check?.emulated).toBeNull();
    expect(rows.get("16-mixed")?.check?.means).toBe("bf16-mixed");
    expect(rows.get("auto")?.check?.means).toBe("32-true");
  });

  it("measures nothing with --quick, and is not led astray by variables", () => {
    const { precisions, environment } = report(["--quick"], {
      FABRIC_PRECISION: "64-true",
      FABRIC_DEVICES: "7",
      // One of several processes of a launcher.
      TORCHELASTIC_RUN_ID: "1",
      WORLD_SIZE: "2",
      RANK: "0",
      LOCAL_RANK: "0",
    });
    expect(precisions.every(({ check }) => (check?.flopsPerSecond ?? null) === null)).toBe(true);
    expect(precisions.find(({ alias }) => alias === "32-true")?.check?.selfTest.ok).toBe(true);
    expect(environment["FABRIC_PRECISION"]).toBe("64-true");
  });

  it("exits with 1 if a plugin's step fails or its loss is not finite", () => {
    const core = JSON.stringify(join(import.meta.dirname, "../../dist/index.js"));
    const plugin = (alias: string, method: string): string =>
      `registerPrecision("${alias}", () => new (class extends Precision { precision = "${alias}"; ${method} })());`;
    const broken = scripts.write(
      "broken.mjs",
      `import { mapTensors, Precision, registerPrecision } from ${core};
       ${plugin("breaks", 'convertInput() { throw new Error("out of order"); }')}
       ${plugin("diverges", "convertOutput(out) { return mapTensors(out, (t) => t.mul(Infinity)); }")}`,
    );
    const { status, stdout } = fabric(["doctor", "--quick"], { node: ["--import", broken] });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^breaks +FAILED.*out of order$/m);
    expect(stdout).toMatch(/^diverges +FAILED.*the loss is NaN$/m);
    const [, passed, all] = /(\d+) of (\d+) precisions/.exec(stdout) ?? [];
    expect(Number(all) - Number(passed)).toBe(2);
  });
});
