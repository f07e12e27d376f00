// Files that are written piece by piece.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { describe, expect, it } from "vitest";

import { arange, randn, safetensors, tensorBytes } from "../../src/index.js";
import { temporaryDirectory } from "./temporary.js";

const directory = temporaryDirectory();
const temporary = (name: string): string => join(directory, name);
const left = (path: string): string[] =>
  readdirSync(dirname(path)).filter((f) => f.endsWith(".tmp"));

describe("safetensors.create", () => {
  it("gives the bytes of save, whatever the order and the pieces", () => {
    const record = {
      b: randn([3, 5]),
      a: randn([7]).half(),
      "\u00e9": arange(0, 6).view([2, 3]),
      none: randn([0, 4]),
    };
    const [one, other] = [temporary("save.safetensors"), temporary("create.safetensors")];
    safetensors.save(one, record, { format: "pt" });
    {
      using writer = safetensors.create(other, record, { format: "pt" });
      const halves = Object.entries(record).map(([key, t]) => [key, tensorBytes(t)] as const);
      for (const [key, bytes] of halves.toReversed()) writer.append(key, bytes.subarray(0, 5));
      expect(existsSync(other)).toBe(false);
      for (const [key, bytes] of halves) writer.append(key, bytes.subarray(5));
      writer.finish();
    }
    expect(readFileSync(other).equals(readFileSync(one))).toBe(true);
    expect(left(other)).toEqual([]);
  });

  it("takes texts whose length comes last", () => {
    const path = temporary("late.safetensors");
    {
      using writer = safetensors.create(path, {
        a: { dtype: "uint8", shape: [300], atMost: true },
        b: { dtype: "float32", shape: [1] },
        c: { dtype: "uint8", shape: [3], atMost: true },
        d: { dtype: "uint8", shape: [2] },
      });
      writer.append("c", Buffer.from("abc"));
      writer.append("a", Buffer.from("he"));
      writer.append("b", new Float32Array([1.5]));
      writer.append("a", Buffer.from("llo"));
      writer.append("d", new Uint8Array([7, 8]));
      writer.finish();
    }
    const read = safetensors.load(path);
    const texts = Object.fromEntries(Object.entries(read).map(([k, t]) => [k, t.toArray()]));
    expect(texts).toEqual({ a: [...Buffer.from("hello")], b: [1.5], c: [97, 98, 99], d: [7, 8] });
    expect(() =>
      safetensors.create(path, { x: { dtype: "uint8", shape: [2, 2], atMost: true } }),
    ).toThrowError(/needs one dimension/);
  });

  it("leaves nothing behind when it is given up, and keeps the file that was there", () => {
    const path = temporary("kept.safetensors");
    safetensors.save(path, { x: arange(0, 3) });
    const before = readFileSync(path);
    {
      using writer = safetensors.create(path, { x: { dtype: "float32", shape: [2] } });
      writer.append("x", new Float32Array(1));
      expect(left(path)).toHaveLength(1);
      expect(() => writer.finish()).toThrowError(
        expect.objectContaining({
          code: "FABRIC_CHECKPOINT_ARGUMENT",
          message: expect.stringContaining("4 were not written"),
        }),
      );
    }
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(left(path)).toEqual([]);
  });

  it("refuses keys that were not announced, too many bytes, and writing after the end", () => {
    const path = temporary("refuse.safetensors");
    using writer = safetensors.create(path, { x: { dtype: "uint8", shape: [2] } });
    const code = (expected: string) => expect.objectContaining({ code: expected });
    expect(() => writer.append("y", new Uint8Array(1))).toThrowError(code("FABRIC_CHECKPOINT_KEY"));
    expect(() => writer.append("x", new Uint8Array(3))).toThrowError(
      code("FABRIC_CHECKPOINT_ARGUMENT"),
    );
    writer.append("x", new Uint8Array(2));
    writer.finish();
    expect(() => writer.append("x", new Uint8Array(0))).toThrowError(code("FABRIC_USAGE_CLOSED"));
    expect(() => safetensors.create("", {})).toThrowError(code("FABRIC_CHECKPOINT_ARGUMENT"));
    expect(() =>
      safetensors.create(path, { __metadata__: { dtype: "uint8", shape: [] } }),
    ).toThrowError(code("FABRIC_CHECKPOINT_ARGUMENT"));
    expect(() => safetensors.create(path, { x: { dtype: "complex128", shape: [] } })).toThrowError(
      code("FABRIC_CHECKPOINT_DTYPE"),
    );
    expect(() =>
      safetensors.create(temporary("no/such/folder/x"), { x: { dtype: "uint8", shape: [] } }),
    ).toThrowError(code("FABRIC_CHECKPOINT_FILE"));
  });
});
