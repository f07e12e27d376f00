import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { resolveLibtorch } from "../resolve.mjs";
import { fakeMachine, writeLibtorch, writeWheel } from "./fake-machine.js";

const LOCAL = "--no-index torch==2.13.0";

describe("where libtorch comes from", () => {
  it("takes FABRIC_LIBTORCH before anything else", async () => {
    const machine = fakeMachine({ torch: "2.12.0" });
    const root = writeLibtorch(join(machine.root, "mine"), "2.14.1");
    const found = await resolveLibtorch({ env: { ...machine.env, FABRIC_LIBTORCH: root } });
    expect(found).toEqual({ root, version: "2.14.1", source: "FABRIC_LIBTORCH" });
  });

  it("refuses a FABRIC_LIBTORCH without headers and names what is missing", async () => {
    const machine = fakeMachine();
    const root = writeLibtorch(join(machine.root, "mine"));
    rmSync(join(root, "include"), { recursive: true });
    const found = resolveLibtorch({ env: { ...machine.env, FABRIC_LIBTORCH: root } });
    await expect(found).rejects.toThrow(/include\/ATen\/ATen\.h is missing/);
  });

  it("refuses a FABRIC_LIBTORCH of an unsupported version and names the range", async () => {
    const machine = fakeMachine();
    const root = writeLibtorch(join(machine.root, "mine"), "2.9.1");
    const found = resolveLibtorch({ env: { ...machine.env, FABRIC_LIBTORCH: root } });
    await expect(found).rejects.toThrow(/2\.9\.1; supported are 2\.11 to 2\.14/);
  });

  it("takes an importable Python torch without importing it", async () => {
    const machine = fakeMachine({ torch: "2.12.1+cpu" });
    const found = await resolveLibtorch({ env: machine.env });
    expect(found).toMatchObject({ version: "2.12.1+cpu", source: "python" });
    expect(machine.pipCalls()).toEqual([]);
  });

  it("passes over a Python torch outside the supported range and says so", async () => {
    const machine = fakeMachine({ torch: "2.6.0" });
    const wheel = writeWheel(join(machine.root, "wheels"), "2.13.0+cpu");
    const again = fakeMachine({ torch: "2.6.0", wheel: { path: wheel, when: LOCAL } });
    const lines: string[] = [];
    const found = await resolveLibtorch({ env: again.env, log: (line) => lines.push(line) });
    expect(found).toMatchObject({ version: "2.13.0+cpu", source: "cache" });
    expect(lines).toContain("Python's torch 2.6.0 is outside 2.11 to 2.14: not used");
  });

  it("asks for a remedy when there is no Python at all", async () => {
    const machine = fakeMachine();
    const env = { ...machine.env, FABRIC_PYTHON: "/nowhere/python3" };
    await expect(resolveLibtorch({ env })).rejects.toMatchObject({
      remedy: expect.stringContaining("apt-get install python3"),
    });
  });
});

describe("the pinned wheel", () => {
  it("is unpacked into the cache, only the part that C++ needs, and found there the next time", async () => {
    const wheel = writeWheel(join(fakeMachine().root, "wheels"), "2.13.0+cpu");
    const machine = fakeMachine({ wheel: { path: wheel, when: LOCAL } });
    const found = await resolveLibtorch({ env: machine.env });
    expect(found).toMatchObject({ version: "2.13.0+cpu", source: "cache" });
    expect(existsSync(join(found.root, "share/cmake/Torch/TorchConfig.cmake"))).toBe(true);
    expect(existsSync(join(found.root, "lib/libtorch_python.so"))).toBe(false);
    expect(existsSync(join(found.root, "nn"))).toBe(false);
    const calls = machine.pipCalls().length;
    expect(await resolveLibtorch({ env: machine.env })).toEqual(found);
    expect(machine.pipCalls()).toHaveLength(calls);
  });

  it("is asked for in the documented order, the CPU build by name where there is no NVIDIA driver", async () => {
    const machine = fakeMachine();
    await expect(resolveLibtorch({ env: machine.env })).rejects.toThrow(/could not be downloaded/);
    const wanted = machine
      .pipCalls()
      .map((call) => call.replace(/^.*--no-deps /, ""))
      .filter((call) => !call.startsWith("--python-version"));
    expect(wanted).toEqual([
      "--no-index torch==2.13.0",
      "torch==2.13.0+cpu",
      "--index-url https://download.pytorch.org/whl/cpu torch==2.13.0",
      "torch==2.13.0",
    ]);
  });

  it("is asked for as a CUDA build where there is an NVIDIA driver", async () => {
    const machine = fakeMachine({ nvidia: true });
    await expect(resolveLibtorch({ env: machine.env })).rejects.toThrow(/could not be downloaded/);
    expect(machine.pipCalls().at(-1)).toMatch(/whl\/cu\d+ torch==2\.13\.0$/);
  });

  it("is taken from a wheel made for another Python when the machine's own has none", async () => {
    const wheel = writeWheel(join(fakeMachine().root, "wheels"), "2.13.0+cpu");
    const machine = fakeMachine({ wheel: { path: wheel, when: "--python-version 311" } });
    expect(await resolveLibtorch({ env: machine.env })).toMatchObject({ source: "cache" });
  });

  it("is refused when a file differs from the wheel's own record, and leaves nothing behind", async () => {
    const wheel = writeWheel(join(fakeMachine().root, "wheels"), "2.13.0+cpu", {
      damage: "torch/lib/libtorch_cpu.so",
    });
    const machine = fakeMachine({ wheel: { path: wheel, when: LOCAL } });
    await expect(resolveLibtorch({ env: machine.env })).rejects.toThrow(
      /libtorch_cpu\.so is damaged/,
    );
    expect(readdirSync(join(machine.root, "cache/fabric/libtorch"))).toEqual([]);
    expect(readdirSync(join(machine.root, "cache/fabric/downloads"))).toEqual([]);
  });

  it("cannot write outside its folder", async () => {
    const wheel = writeWheel(join(fakeMachine().root, "wheels"), "2.13.0+cpu", { evil: true });
    const machine = fakeMachine({ wheel: { path: wheel, when: LOCAL } });
    await expect(resolveLibtorch({ env: machine.env })).rejects.toThrow(/would be written outside/);
  });

  it("is unpacked again when the cached folder lost a file that matters", async () => {
    const wheel = writeWheel(join(fakeMachine().root, "wheels"), "2.13.0+cpu");
    const machine = fakeMachine({ wheel: { path: wheel, when: LOCAL } });
    const found = await resolveLibtorch({ env: machine.env });
    rmSync(join(found.root, "lib"), { recursive: true });
    const repaired = await resolveLibtorch({ env: machine.env });
    expect(existsSync(join(repaired.root, "lib/libtorch_cpu.so"))).toBe(true);
  });
});
