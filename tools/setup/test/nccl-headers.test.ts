// Whether the library of torch.distributed gets NCCL, by what lies beside libtorch: CMake says it before anything is compiled.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const source = fileURLToPath(new URL("../../../native/distributed", import.meta.url));
const hasCmake = spawnSync("cmake", ["--version"]).status === 0;
const GROUP = "torch/include/torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp";
/** As pip lays them out. */
const CUDA = ["cuda_runtime_api.h", "cusparse.h", "crt/host_defines.h"].map(
  (name) => `nvidia/cu13/include/${name}`,
);
const found = ["/usr/include", "/usr/local/cuda/include"].some((folder) =>
  existsSync(join(folder, "nccl.h")),
);

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "nccl-headers-"));
  put("torch/lib/libc10.so", "torch/lib/libtorch_cpu.so", "torch/lib/libtorch.so");
});
afterEach(() => rmSync(root, { recursive: true }));

function put(...names: string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), "");
  }
}

function configure(env: Record<string, string> = {}): string {
  const args = ["-S", source, "-B", join(root, "build"), `-DFABRIC_LIBTORCH=${root}/torch`];
  const { stdout, stderr } = spawnSync("cmake", args, {
    env: { ...process.env, NCCL_HOME: "", CUDA_HOME: "", ...env },
    encoding: "utf8",
  });
  return /^-- (with.* NCCL: .*)$/m.exec(stdout)?.[1] ?? `${stdout}${stderr}`;
}

// It looks for a compiler, which takes a while on a busy machine.
describe.skipIf(!hasCmake)("NCCL is built in (needs cmake)", { timeout: 120_000 }, () => {
  test("not with a libtorch for the CPU", () => {
    expect(configure()).toMatch(/^without NCCL: .* CPU build/);
  });

  test.skipIf(found)("not without nccl.h, and the places are named", () => {
    put("torch/lib/libtorch_cuda.so", GROUP, ...CUDA);
    expect(configure({ NCCL_HOME: "/nowhere" })).toMatch(
      /^without NCCL: nccl.h .*nvidia\/nccl\/include, \/nowhere\/include.*NCCL_HOME/,
    );
  });

  test("with all headers beside libtorch", () => {
    put("torch/lib/libtorch_cuda.so", GROUP, ...CUDA, "nvidia/nccl/include/nccl.h");
    expect(configure()).toMatch(/^with NCCL: .*nvidia\/nccl\/include$/);
  });

  test.skipIf(found)("with nccl.h in NCCL_HOME", () => {
    put("torch/lib/libtorch_cuda.so", GROUP, ...CUDA, "elsewhere/include/nccl.h");
    expect(configure({ NCCL_HOME: join(root, "elsewhere") })).toMatch(
      /^with NCCL: .*elsewhere\/include$/,
    );
  });
});
