import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SetupFailure } from "../../libtorch/failure.mjs";
import { ROOT } from "../../setup/paths.mjs";
import { compress, LIMIT_BYTES, largestParts, requireSmall } from "../archive.mjs";
import { DEPENDENCIES, isUsed } from "../contents.mjs";
import { copyNode } from "../runtime.mjs";
import { sourceFiles } from "../stage.mjs";
import { storeFolders } from "../store.mjs";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fabric-gpu-pack-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A file of so many bytes below the folder. */
function write(path: string, bytes: number): void {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), new Uint8Array(bytes));
}

describe("what is packed", () => {
  it("are the sources, native parts, tests and tools, not what git ignores", () => {
    const files = sourceFiles();
    for (const file of [
      "native/cuda/CMakeLists.txt",
      "native/common/libtorch.cmake",
      "packages/torch/src/tensor.ts",
      "packages/torch/package.json",
      "packages/kernels-cuda/test/dequantize4.test.ts",
      "tools/bench/main.ts",
      "tools/gpu-pack/machine/build.mjs",
      "docs/examples/gpt-model.ts",
      "vitest.config.ts",
    ])
      expect(files).toContain(file);
    expect(files.filter((file) => /(^|\/)(node_modules|dist|build)\//.test(file))).toEqual([]);
  });

  it("are the packages that tests and the build load, with all that those need", () => {
    const names = storeFolders(DEPENDENCIES).map((path) => path.split("/").at(-1) as string);
    const has = (name: string): boolean => names.some((entry) => entry.startsWith(`${name}@`));
    for (const name of ["vitest", "vite", "tsx", "esbuild", "cmake-js", "node-api-headers"])
      expect(has(name), name).toBe(true);
    for (const name of ["typedoc", "nx", "@biomejs+biome", "typescript", "publint"])
      expect(has(name), name).toBe(false);
    for (const name of names) expect(existsSync(join(ROOT, "node_modules/.pnpm", name))).toBe(true);
  });

  it("keeps licences and drops what nothing loads", () => {
    for (const name of ["LICENSE", "LICENSE.md", "license", "NOTICE", "index.js", "a.node"])
      expect(isUsed(name), name).toBe(true);
    for (const name of ["README.md", "index.d.ts", "index.d.mts", "index.js.map"])
      expect(isUsed(name), name).toBe(false);
  });

  it("refuses to pack a Node without its licence", () => {
    write("bin/node", 1);
    expect(() => copyNode(join(folder, "copy"), join(folder, "bin/node"))).toThrow(
      /licence of .* was not found/,
    );
  });
});

describe("the archive", () => {
  it("over the limit is refused, with its largest parts", () => {
    write("node/bin/node", 3000);
    write("fabric/node_modules/.pnpm/big@1/node_modules/big/index.js", 2000);
    write("fabric/packages/torch/dist/index.js", 1000);
    expect(largestParts(folder)).toEqual([
      ["node", 3000],
      ["fabric/node_modules/.pnpm/big@1", 2000],
      ["fabric/packages/torch", 1000],
    ]);
    expect(requireSmall(folder, LIMIT_BYTES, LIMIT_BYTES)).toBeUndefined();
    let refusal: unknown;
    try {
      requireSmall(folder, LIMIT_BYTES + 1e6, LIMIT_BYTES);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(SetupFailure);
    expect(String(refusal)).toMatch(
      /takes 61\.0 MB; 60 MB are allowed[\s\S]*big@1[\s\S]*packages\/torch/,
    );
  });

  it("is the same for the same contents", () => {
    write("packed/run.sh", 10);
    write("packed/fabric/package.json", 20);
    const [first, second] = [join(folder, "a.tar.xz"), join(folder, "b.tar.xz")];
    const bytes = compress(join(folder, "packed"), first);
    expect(compress(join(folder, "packed"), second)).toBe(bytes);
    expect(readFileSync(second).equals(readFileSync(first))).toBe(true);
  });
});
