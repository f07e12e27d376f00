import { execFileSync } from "node:child_process";
import { lstatSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { temporaryDirectory } from "./temporary.js";

const { safetensors } = torch;
const directory = temporaryDirectory();
const fixture = join(import.meta.dirname, "../fixtures/safetensors/python.safetensors");

function expectSame(actual: torch.Tensor, expected: torch.Tensor): void {
  expect(actual.dtype).toBe(expected.dtype);
  expect(actual.shape).toEqual(expected.shape);
  expect(Buffer.from(torch.tensorBytes(actual))).toEqual(Buffer.from(torch.tensorBytes(expected)));
}

function python(code: string): string | undefined {
  try {
    return execFileSync(process.env.FABRIC_BENCH_PYTHON ?? "python3", ["-c", code], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch {
    return undefined;
  }
}
const hasPython = python("import torch, safetensors.torch") !== undefined;

describe("safetensors", () => {
  it("reads a file that Python wrote", () => {
    const record = safetensors.load(fixture);
    expect(Object.keys(record).length).toBe(16);
    expect(record.long?.toArray()).toEqual([-1, 0, 2n ** 62n]);
    expect(record.bool?.toArray()).toEqual([true, false, true]);
    expect(record.char?.toArray()).toEqual([-1, 0, 1]);
    expect(record.scalar?.item()).toBe(7.5);
    expect(record.scalar?.shape).toEqual([]);
    expect(record.empty?.shape).toEqual([0, 3]);
    expect(record.e4m3?.dtype).toBe("float8_e4m3fn");
    expect(record.complex?.dtype).toBe("complex64");
    expect(record['näme "with" \\ and \n']?.toArray()).toEqual([1]);
  });

  it("writes the same bytes as Python for the same tensors", () => {
    const path = join(directory, "same.safetensors");
    safetensors.save(path, safetensors.load(fixture), { format: "pt" });
    expect(readFileSync(path).equals(readFileSync(fixture))).toBe(true);
  });

  it.skipIf(!hasPython)("is read by Python when it is there", () => {
    const path = join(directory, "to-python.safetensors");
    safetensors.save(
      path,
      {
        x: torch.tensor([
          [1.5, 2],
          [3, 4],
        ]),
        "0": torch.tensor([1n, 2n]),
      },
      { a: "ü" },
    );
    const said = python(
      `from safetensors import safe_open\nf = safe_open(${JSON.stringify(path)}, "pt")\nprint(f.metadata(), f.get_tensor("x").tolist(), f.get_tensor("0").tolist())`,
    );
    expect(said?.trim()).toBe("{'a': 'ü'} [[1.5, 2.0], [3.0, 4.0]] [1, 2]");
  });

  it("keeps every dtype and shape", () => {
    torch.manualSeed(0);
    const record: Record<string, torch.Tensor> = {
      strided: torch.randn([3, 4]).t(),
      slice: torch.randn([6, 4]).at(torch.slice(1, 5, 2)),
      expanded: torch.randn([1, 4]).expand([3, 4]),
      scalar: torch.tensor(3),
      empty: torch.zeros([0, 3]),
      conjugate: torch.viewAsComplex(torch.randn([3, 2])).conj(),
      parameter: new torch.nn.Parameter(torch.randn([2])),
    };
    const dtypes = [
      "float64",
      "float32",
      "float16",
      "bfloat16",
      "float8_e4m3fn",
      "float8_e5m2",
    ] as const;
    for (const dtype of dtypes) record[dtype] = torch.randn([2, 3]).to(dtype);
    for (const dtype of ["int64", "int32", "int16", "int8", "uint8", "bool"] as const) {
      record[dtype] = torch.tensor([0, 1, 1]).to(dtype);
    }
    const path = join(directory, "all.safetensors");
    safetensors.save(path, record);
    const back = safetensors.load(path);
    expect(Object.keys(back).sort()).toEqual(Object.keys(record).sort());
    for (const [key, t] of Object.entries(record)) {
      expectSame(back[key] as torch.Tensor, t.isComplex() ? t.resolveConj() : t);
    }
    expect(back.conjugate?.imag().toArray()).toEqual(record.conjugate?.imag().toArray());
    expect(back.parameter?.requiresGrad).toBe(false);
  });

  it("keeps any key, `__proto__` and numbers included, and writes tied tensors in full", () => {
    const weight = torch.randn([2]);
    const record: Record<string, torch.Tensor> = { 10: weight, 2: weight, "": weight };
    Object.defineProperty(record, "__proto__", { value: weight, enumerable: true });
    const path = join(directory, "keys.safetensors");
    safetensors.save(path, record);
    const back = safetensors.load(path);
    expect(Object.keys(back).sort()).toEqual(["", "10", "2", "__proto__"]);
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
    expectSame(Object.getOwnPropertyDescriptor(back, "__proto__")?.value, weight);
  });

  it("reads and writes tensors larger than one piece", () => {
    const n = 3 * 2 ** 20 + 5; // 12 MB and a bit: two pieces, the second not full
    const x = torch.arange(0, n, { dtype: "int32" });
    const path = join(directory, "large.safetensors");
    safetensors.save(path, {
      x,
      half: torch.arange(0, 2 * n, { dtype: "int32" }).at(torch.slice(0, null, 2)),
    });
    const back = safetensors.load(path);
    expect(back.x?.equal(x)).toBe(true);
    expect(back.half?.at(-1).item()).toBe(2 * n - 2);
    expect(back.half?.shape).toEqual([n]);
  });

  it("writes tensors that are made in turn, one at a time, and refuses what differs from its announcement", () => {
    const path = join(directory, "lazy.safetensors");
    const lazy = (value: number, shape = [300_000]): torch.safetensors.LazyTensor => ({
      dtype: "float32",
      shape: [300_000],
      make: () => torch.full(shape, value),
    });
    const record = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`t${i}`, lazy(i)]));
    const before = torch.memory().cpu.bytes;
    torch.resetPeakMemory();
    torch.safetensors.save(path, record);
    expect(torch.memory().cpu.peakBytes - before).toBeLessThan(2 * 1_200_000);
    const loaded = torch.safetensors.load(path);
    expect(Object.keys(loaded)).toHaveLength(6);
    expect([loaded["t5"]?.min().item(), loaded["t5"]?.max().item()]).toEqual([5, 5]);
    expect(() => torch.safetensors.save(path, { t: lazy(1, [2]) })).toThrowError(
      expect.objectContaining({ code: "FABRIC_CHECKPOINT_ARGUMENT" }),
    );
    expect(Object.keys(torch.safetensors.load(path))).toHaveLength(6);
  });

  it("writes a file without tensors, which is valid", () => {
    const path = join(directory, "empty.safetensors");
    safetensors.save(path, {}, { only: "metadata" });
    expect(safetensors.load(path)).toEqual({});
    expect(safetensors.open(path).metadata).toEqual({ only: "metadata" });
  });

  it("aligns the data to 8 bytes", () => {
    for (let i = 0; i < 8; i++) {
      const path = join(directory, "aligned.safetensors");
      safetensors.save(path, { ["x".repeat(i + 1)]: torch.ones([1]) });
      expect(Number(readFileSync(path).readBigUInt64LE(0)) % 8).toBe(0);
    }
  });

  it("leaves the old file when saving fails, and nothing beside it", () => {
    const inside = temporaryDirectory();
    const path = join(inside, "model.safetensors");
    safetensors.save(path, { x: torch.ones([2]) });
    const before = readFileSync(path);
    const bad = { x: torch.ones([2]), y: 3 as unknown as torch.Tensor };
    expect(() => safetensors.save(path, bad)).toThrow(/expected a tensor for "y"/);
    const disposed = torch.ones([2]);
    disposed.dispose();
    expect(() => safetensors.save(path, { disposed })).toThrow(/disposed/);
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(inside)).toEqual(["model.safetensors"]);
  });

  it("replaces what a symbolic link leads to, and can overwrite a file that is open", () => {
    const inside = temporaryDirectory();
    const target = join(inside, "target.safetensors");
    const link = join(inside, "link.safetensors");
    writeFileSync(target, "old");
    symlinkSync(target, link);
    safetensors.save(link, { x: torch.tensor([1, 2]) });
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    const file = safetensors.open(target);
    const x = file.get("x");
    safetensors.save(target, { x: x.add(1) });
    expect(x.toArray()).toEqual([1, 2]);
    expect(safetensors.load(target).x?.toArray()).toEqual([2, 3]);
  });

  it("refuses what the format cannot hold", () => {
    const path = join(directory, "refused.safetensors");
    const code = (fn: () => void): string => {
      try {
        fn();
      } catch (error) {
        return (error as torch.FabricError).code;
      }
      return "none";
    };
    const x = torch.ones([1]);
    expect(code(() => safetensors.save(path, { x: x.to("complex128") }))).toBe(
      "FABRIC_CHECKPOINT_DTYPE",
    );
    expect(code(() => safetensors.save(path, { __metadata__: x }))).toBe(
      "FABRIC_CHECKPOINT_ARGUMENT",
    );
    expect(code(() => safetensors.save(path, { "\ud800": x }))).toBe("FABRIC_CHECKPOINT_ARGUMENT");
    expect(code(() => safetensors.save(path, { x: torch.empty([2], { device: "meta" }) }))).toBe(
      "FABRIC_CHECKPOINT_ARGUMENT",
    );
    expect(code(() => safetensors.save(path, { x }, { n: 1 as unknown as string }))).toBe(
      "FABRIC_CHECKPOINT_ARGUMENT",
    );
    expect(code(() => safetensors.save(join(directory, "no/such/place"), { x }))).toBe(
      "FABRIC_CHECKPOINT_FILE",
    );
    expect(code(() => safetensors.load(join(directory, "absent")))).toBe("FABRIC_CHECKPOINT_FILE");
    expect(code(() => safetensors.load(directory))).toBe("FABRIC_CHECKPOINT_FILE");
    expect(code(() => safetensors.open(directory))).toBe("FABRIC_CHECKPOINT_FILE");
    expect(code(() => safetensors.load(undefined as unknown as string))).toBe(
      "FABRIC_CHECKPOINT_ARGUMENT",
    );
  });
});
