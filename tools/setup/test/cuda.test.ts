// When the CUDA kernels are built, with stand-ins for nvcc.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { isCudaBuild, kernelsStep } from "../cuda.mjs";

let folder: string;
const libtorch = () => ({ root: folder, version: "2.13.0+cpu", source: "cache" });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fabric-cuda-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** Puts an nvcc of a release first on PATH, or none. */
function withNvcc(release: string | undefined): string[] {
  if (release !== undefined) {
    writeFileSync(
      join(folder, "nvcc"),
      `#!/bin/sh\necho "Cuda compilation tools, release ${release}, V${release}.0"\n`,
    );
    chmodSync(join(folder, "nvcc"), 0o755);
  }
  vi.stubEnv("PATH", folder);
  const said: string[] = [];
  vi.spyOn(process.stderr, "write").mockImplementation((text) => said.push(String(text)) > 0);
  vi.spyOn(process.stdout, "write").mockImplementation((text) => said.push(String(text)) > 0);
  return said;
}

it("builds them with nvcc 12.4 and newer", () => {
  for (const release of ["12.4", "12.8", "13.0"]) {
    withNvcc(release);
    expect(kernelsStep(libtorch())?.name).toBe("native-cuda");
  }
});

it("compiles for fewer architectures to check that they compile, where nvcc knows the newest", () => {
  for (const [release, isFewer] of [
    ["12.6", false],
    ["12.8", true],
    ["13.0", true],
  ] as const) {
    withNvcc(release);
    const isSame = kernelsStep(libtorch(), true)?.inputs === kernelsStep(libtorch())?.inputs;
    expect(isSame).toBe(!isFewer);
  }
});

it("says that nvcc is missing or too old, and leaves them out", () => {
  for (const [release, words] of [
    [undefined, "nvcc was not found"],
    ["12.3", "nvcc 12.3 is too old, 12.4 or newer is needed"],
    ["11.8", "nvcc 11.8 is too old"],
  ] as const) {
    const said = withNvcc(release);
    expect(kernelsStep(libtorch())).toBeUndefined();
    expect(said.join("")).toContain(words);
    vi.restoreAllMocks();
  }
});

it("tells a CUDA build of libtorch by its library", () => {
  expect(isCudaBuild(libtorch())).toBe(false);
  mkdirSync(join(folder, "lib"));
  writeFileSync(join(folder, "lib/libtorch_cuda.so"), "");
  expect(isCudaBuild(libtorch())).toBe(true);
});
