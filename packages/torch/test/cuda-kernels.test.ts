// How the package of CUDA kernels is found, with stand-ins for it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

const marks = globalThis as unknown as { fabricKernelLoads?: number };
let project: string;

/** Installs a package of kernels whose `loadKernels` runs `body`. */
function install(body: string): void {
  const folder = join(project, "node_modules/@fabric/kernels-cuda");
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "@fabric/kernels-cuda", type: "module", exports: "./index.js" }),
  );
  writeFileSync(join(folder, "index.js"), `export function loadKernels() { ${body} }\n`);
}

/** A copy of the module with nothing loaded yet. */
async function fresh(): Promise<(from: string, isOptional?: boolean) => boolean> {
  vi.resetModules();
  return (await import("../src/cuda-kernels.js")).loadCudaKernels;
}

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "fabric-kernels-"));
  delete marks.fabricKernelLoads;
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

const caller = (): string => pathToFileURL(join(project, "dist/operators.js")).href;

it("loads the package that the asking package depends on, once", async () => {
  install("globalThis.fabricKernelLoads = (globalThis.fabricKernelLoads ?? 0) + 1;");
  const load = await fresh();
  expect(load(caller())).toBe(true);
  expect(load(caller())).toBe(true);
  expect(marks.fabricKernelLoads).toBe(1);
});

it("finds it from the working directory when the asking package does not depend on it", async () => {
  install("globalThis.fabricKernelLoads = 7;");
  const cwd = vi.spyOn(process, "cwd").mockReturnValue(project);
  const argv = process.argv[1];
  process.argv[1] = "/nowhere/main.js";
  try {
    const load = await fresh();
    expect(load("file:///nowhere/operators.js")).toBe(true);
    expect(marks.fabricKernelLoads).toBe(7);
  } finally {
    cwd.mockRestore();
    process.argv[1] = argv as string;
  }
});

it("lets a failure of the package through, and tries again the next time", async () => {
  install("throw new Error('no kernels for libtorch 2.99');");
  const load = await fresh();
  expect(() => load(caller())).toThrow("no kernels for libtorch 2.99");
  expect(() => load(caller())).toThrow("no kernels for libtorch 2.99");
});

it("counts a package without kernels for this libtorch as missing, for those who can do without", async () => {
  install(
    "throw Object.assign(new Error('none for libtorch 2.99'), { code: 'FABRIC_MISSING_LIBRARY' });",
  );
  const load = await fresh();
  expect(() => load(caller())).toThrow("none for libtorch 2.99");
  expect(load(caller(), true)).toBe(false);
});

it("says when no project depends on it", async () => {
  const cwd = vi.spyOn(process, "cwd").mockReturnValue(project);
  const argv = process.argv[1];
  process.argv[1] = "/nowhere/main.js";
  try {
    expect((await fresh())(caller())).toBe(false);
  } finally {
    cwd.mockRestore();
    process.argv[1] = argv as string;
  }
});
