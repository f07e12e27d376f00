import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { temporaryDirectory, writeRaw } from "./temporary.js";

const { safetensors } = torch;
const directory = temporaryDirectory();
const path = join(directory, "model.safetensors");
safetensors.save(
  path,
  {
    w: torch.tensor([
      [1, 2],
      [3, 4],
    ]),
    flags: torch.tensor([true, false]),
    none: torch.zeros([0]),
  },
  { epoch: "3" },
);

describe("a file opened lazily", () => {
  it("tells keys, metadata, shapes and dtypes without reading tensors", () => {
    const file = safetensors.open(path);
    expect(file.keys()).toEqual(["none", "w", "flags"]);
    expect(file.metadata).toEqual({ epoch: "3" });
    expect(file.has("w")).toBe(true);
    expect(file.info("w")).toMatchObject({ dtype: "float32", shape: [2, 2], nbytes: 16 });
    expect(() => file.get("v")).toThrowError(
      expect.objectContaining({ code: "FABRIC_CHECKPOINT_KEY" }),
    );
    file.close();
  });

  it("gives tensors that may be written to without changing the file", () => {
    const before = readFileSync(path);
    const file = safetensors.open(path);
    const w = file.get("w");
    w.add_(10);
    expect(w.toArray()).toEqual([
      [11, 12],
      [13, 14],
    ]);
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(file.get("flags").toArray()).toEqual([true, false]);
    expect(file.get("none").shape).toEqual([0]);
    file.close();
  });

  it("keeps tensors valid after close, and gives no new ones", () => {
    const file = safetensors.open(path);
    const w = file.get("w");
    file.close();
    file.close();
    expect(w.sum().item()).toBe(10);
    expect(() => file.get("w")).toThrowError(
      expect.objectContaining({ code: "FABRIC_USAGE_CLOSED" }),
    );
  });

  it("does not allocate for a large tensor until it is changed or copied", () => {
    const large = join(directory, "large.safetensors");
    safetensors.save(large, { x: torch.ones([4 * 2 ** 20]) }); // 16 MB
    const before = torch.memory().cpu.bytes;
    const file = safetensors.open(large);
    const x = file.get("x");
    expect(x.at(torch.slice(5, 8)).sum().item()).toBe(3);
    expect(torch.memory().cpu.bytes - before).toBeLessThan(2 ** 20);
    file.close();
  });

  it("copies an entry that the file does not align", () => {
    const header =
      '{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"y":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}}';
    const file = safetensors.open(writeRaw(join(directory, "odd.safetensors"), header, 5));
    expect(file.get("y").add(0).item()).toBeCloseTo(2.3694278e-38, 44); // 0x01010101 as float32
    file.close();
  });

  it("reads every byte but 0 of a bool as true", () => {
    const header = '{"x":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]}}';
    const raw = writeRaw(join(directory, "bool.safetensors"), header, 0);
    writeRaw(
      raw,
      Buffer.concat([Buffer.from(header), Buffer.from([0, 2, 255])]),
      0,
      BigInt(header.length),
    );
    expect(safetensors.load(raw).x?.sum().item()).toBe(2);
    expect(safetensors.open(raw).get("x").toArray()).toEqual([false, true, true]);
  });
});
