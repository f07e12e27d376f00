import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import * as torch from "@fabric/torch";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const here = fileURLToPath(new URL(".", import.meta.url));
let folder: string;
let library: string;

beforeAll(() => {
  const { libtorch } = JSON.parse(readFileSync(join(here, "../native/addon.json"), "utf8")) as {
    libtorch: string;
  };
  folder = mkdtempSync(join(tmpdir(), "fabric-operator-"));
  library = join(folder, "libcube.so");
  const include = join(libtorch, "include");
  execFileSync("g++", [
    "-std=c++20",
    "-O1",
    "-shared",
    "-fPIC",
    `-I${include}`,
    `-I${join(include, "torch/csrc/api/include")}`,
    join(here, "fixtures/operator/cube.cc"),
    "-o",
    library,
    `-L${join(libtorch, "lib")}`,
    "-ltorch",
    "-ltorch_cpu",
    "-lc10",
  ]);
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a library of operators", () => {
  it("is loaded at run time and called through torch.ops, with gradients and typed errors", () => {
    expect(() => torch.ops["fabric_test"]?.["cube"]).toThrowError(
      expect.objectContaining({ code: "FABRIC_UNSUPPORTED_OPERATOR" }),
    );
    torch.loadLibrary(library);
    const cube = torch.ops["fabric_test"]?.["cube"] as (x: torch.Tensor) => torch.Tensor;
    const x = torch.tensor([2, 3], { requiresGrad: true });
    const y = cube(x);
    expect(y.toArray()).toEqual([8, 27]);
    y.sum().backward();
    expect(x.grad?.toArray()).toEqual([12, 27]);
    expect(() => cube(torch.arange(0, 3))).toThrow(/floating-point/);
    expect(() => cube(1 as never)).toThrowError(
      expect.objectContaining({ code: "FABRIC_TENSOR_ARGUMENT" }),
    );
  });
});
