// Descriptions that are well-formed, sums included, but wrong: what a faulty writer makes, not a faulty disk.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";

import {
  Fabric,
  type FabricError,
  finishShards,
  newShardSave,
  type ShardPiece,
  torch,
  writeShard,
} from "@fabric/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeCheckpoint } from "../../dist/checkpoint/describe.js";
import { checkTensor } from "../../dist/checkpoint/shards/format.js";
import { rejected } from "../helpers.js";

// biome-ignore lint/suspicious/noExplicitAny: any place of any description
type Json = any;

const fabric = new Fabric({ accelerator: "cpu" });
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fabric-description-"));
  const t = torch.arange(0, 8).view([4, 2]);
  const save = newShardSave();
  const indexes = [0, 1].map((rank) =>
    writeShard(join(folder, "sharded"), save, rank, {
      "m.t": { tensor: t.narrow(0, 2 * rank, 2), shape: [4, 2], offsets: [2 * rank, 0] },
    }),
  );
  const placeholder = torch.empty([4, 2], { dtype: "int64", device: "meta" });
  const rest = { step: 3, big: 5n, list: [1, { a: "x" }], map: new Map([[1, 2]]) };
  finishShards(
    join(folder, "sharded"),
    indexes,
    { m: { t: placeholder }, ...rest },
    { precision: "32-true" },
  );
  const z = torch.ones([2, 2], { dtype: "complex128" });
  await fabric.save(join(folder, "whole"), { m: { t, z }, ...rest, array: new Float32Array(3) });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of a checkpoint whose description was changed and signed again. */
function changed(name: "sharded" | "whole", change: (body: Json) => void): string {
  const path = join(folder, "changed");
  rmSync(path, { recursive: true, force: true });
  cpSync(join(folder, name), path, { recursive: true });
  const manifest = join(path, name === "sharded" ? "shards.json" : "checkpoint.json");
  const { checkpoint } = JSON.parse(readFileSync(manifest, "utf8"));
  change(checkpoint);
  sign(manifest, JSON.stringify(checkpoint));
  return path;
}

function sign(manifest: string, text: string): void {
  const sum = crc32(text).toString(16).padStart(8, "0");
  writeFileSync(manifest, `{"crc32":"${sum}","checkpoint":${text}}`);
}

describe("a description of shards", () => {
  it.each<[string, (body: Json) => void, RegExp]>([
    ["no precision", (b) => delete b.precision, /precision/],
    ["a file elsewhere", (b) => (b.files[0] = "../../secret.safetensors"), /list of files/],
    ["one file for two ranks", (b) => (b.files[1] = b.files[0]), /list of files/],
    ["tensors in a list", (b) => (b.tensors = []), /list of tensors/],
    ["an entry that is null", (b) => (b.tensors["m.t"] = null), /`m\.t`/],
    ["a piece that is null", (b) => (b.tensors["m.t"].pieces[0] = null), /piece.*`m\.t`/],
    ["a rank beyond", (b) => (b.tensors["m.t"].pieces[0].rank = 2), /piece.*`m\.t`/],
    ["an offset below 0", (b) => (b.tensors["m.t"].pieces[0].offsets[0] = -1), /piece.*`m\.t`/],
    ["too few offsets", (b) => b.tensors["m.t"].pieces[0].offsets.pop(), /piece.*`m\.t`/],
    ["a piece twice", (b) => b.tensors["m.t"].pieces.push(b.tensors["m.t"].pieces[0]), /elements/],
    ["a gap", (b) => b.tensors["m.t"].pieces.pop(), /4 elements.*has 8/],
    ["an overlap", (b) => (b.tensors["m.t"].pieces[1].offsets[0] = 1), /overlap/],
    [
      "one place in a file for two pieces",
      (b) => Object.assign(b.tensors["m.t"].pieces[1], { rank: 0 }),
      /another's/,
    ],
    [
      "an unknown dtype",
      (b) => (b.tensors["m.t"] = { dtype: "float7", shape: [0], pieces: [] }),
      /`m\.t`/,
    ],
    [
      "a shape past 2^53",
      (b) => (b.tensors["m.t"] = { dtype: "int8", shape: [0, 2 ** 52, 2 ** 52], pieces: [] }),
      /too large/,
    ],
    ["another dtype than the file's", (b) => (b.tensors["m.t"].dtype = "float64"), /another dtype/],
    ["a tensor that nobody has", (b) => (b.state.m.t.name = "m.u"), /`m\.u` is missing/],
    ["no state", (b) => delete b.state, /state is no object/],
    ["a state that is null", (b) => (b.state = null), /state is no object/],
    ["an unknown kind of value", (b) => (b.state.big.$ = "program"), /unknown kind "program"/],
    ["a kind that is no name", (b) => (b.state.big.$ = { toString: 1 }), /unknown kind object/],
    ["a key that is no text", (b) => (b.state.big = { $: "object", value: [[{}, 1]] }), /unknown/],
  ])("is refused with %s, by loading and by looking", async (_name, change, message) => {
    const path = changed("sharded", change);
    const error = await rejected("FABRIC_CHECKPOINT_CORRUPT", fabric.load(path));
    expect(error.message).toMatch(message);
    expect(error.message).toContain(path);
    expect(() => describeCheckpoint(path)).toThrow(message);
  });

  it("may nest only so deep", async () => {
    const path = changed("sharded", () => {});
    const manifest = join(path, "shards.json");
    const text = JSON.stringify(JSON.parse(readFileSync(manifest, "utf8")).checkpoint);
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    sign(manifest, text.replace('"step":3', `"step":${deep}`));
    const error = await rejected("FABRIC_CHECKPOINT_CORRUPT", fabric.load(path));
    expect(error.message).toMatch(/levels of nesting/);
    expect(() => describeCheckpoint(path)).toThrow(/levels of nesting/);
  });
});

/** Values that no place of a description expects. */
const ODD: readonly Json[] = [
  ...[null, true, -1, 0.5, 1e308, 2 ** 53, "", "x", "__proto__"],
  ...[[], [null], {}, { $: "tensor", name: "m.t" }, { $: "complex", name: "m.t" }],
  ...[
    { $: "map", value: [[1]] },
    { $: "array", type: "Float64Array", value: "AAA=" },
  ],
];

/** All places in a JSON value, as the object and the key. */
function places(json: Json, found: [Json, string][] = []): [Json, string][] {
  if (typeof json !== "object" || json === null) return found;
  for (const key of Object.keys(json)) {
    found.push([json, key]);
    places(json[key], found);
  }
  return found;
}

describe.each(["sharded", "whole"] as const)("the description of a %s checkpoint", (name) => {
  it("gives a code of Fabric, or a checkpoint, whatever stands in any of its places", async () => {
    let [tried, refused] = [0, 0];
    const count = places(JSON.parse(readFileSync(manifestOf(name), "utf8")).checkpoint).length;
    for (let place = 0; place < count; place++) {
      for (const odd of ODD) {
        const path = changed(name, (body) => {
          const [at, key] = places(body)[place] as [Json, string];
          at[key] = odd;
        });
        const outcomes: unknown[] = [];
        // In this order: a collection between the two then lowers the peak, not what it is compared with.
        const before = torch.memory().cpu.bytes;
        torch.resetPeakMemory();
        await fabric.load(path).catch((error: unknown) => outcomes.push(error));
        try {
          describeCheckpoint(path);
        } catch (error) {
          outcomes.push(error);
        }
        for (const error of outcomes)
          expect((error as FabricError).code, `${place} ${odd}: ${error}`).toMatch(
            /^FABRIC_CHECKPOINT_/,
          );
        expect(torch.memory().cpu.peakBytes - before).toBeLessThan(10_000);
        tried++;
        if (outcomes.length > 0) refused++;
      }
    }
    expect(tried).toBeGreaterThan(400);
    // Values of the user are right whatever they are; the rest is not.
    expect(refused / tried).toBeGreaterThan(0.4);
  });
});

function manifestOf(name: "sharded" | "whole"): string {
  return join(folder, name, name === "sharded" ? "shards.json" : "checkpoint.json");
}

describe("overlaps", () => {
  it("are found as by comparing each piece with each other, in up to three dimensions", () => {
    torch.manualSeed(1);
    const random = (below: number): number => Number(torch.randint(0, below, [1]).at(0).item());
    let clashes = 0;
    for (let i = 0; i < 300; i++) {
      const shape = Array.from({ length: 1 + (i % 3) }, () => 4 + random(3));
      const pieces: ShardPiece[] = [];
      let left = shape.reduce((a, b) => a * b, 1);
      while (left > 0) {
        const offsets = shape.map((size) => random(size));
        const room = offsets.map((offset, d) => 1 + random((shape[d] as number) - offset));
        const lengths = room.reduce((a, b) => a * b, 1) <= left ? room : room.map(() => 1);
        left -= lengths.reduce((a, b) => a * b, 1);
        pieces.push({ rank: 0, key: "", offsets, lengths, sum: 0 });
      }
      const seen = new Set<string>();
      const isFree = pieces.every(({ offsets, lengths }) =>
        cells(offsets, lengths).every((cell) => !seen.has(cell) && seen.add(cell)),
      );
      const check = (): void => checkTensor("x", "t", { dtype: "int8", shape, pieces }, 1);
      if (isFree) check();
      else expect(check).toThrow(/overlap/);
      if (!isFree) clashes++;
    }
    expect(clashes).toBeGreaterThan(200);
  });

  it("are not found in a cover by rows, columns or tiles of a thousand ranks", () => {
    for (const [rows, columns] of [
      [1024, 1],
      [1, 1024],
      [32, 32],
    ] as const) {
      const pieces = Array.from({ length: rows * columns }, (_, rank) => ({
        rank,
        key: "t",
        offsets: [2 * Math.floor(rank / columns), 3 * (rank % columns)],
        lengths: [2, 3],
        sum: 0,
      }));
      const shape = [2 * rows, 3 * columns];
      checkTensor("x", "t", { dtype: "int8", shape, pieces }, 1024);
      const [first, second] = pieces as [ShardPiece, ShardPiece];
      const twice = [first, { ...second, offsets: first.offsets }, ...pieces.slice(2)];
      expect(() => checkTensor("x", "t", { dtype: "int8", shape, pieces: twice }, 1024)).toThrow(
        /overlap/,
      );
    }
  });
});

/** The names of the elements of a box. */
function cells(offsets: readonly number[], lengths: readonly number[]): string[] {
  let found = [""];
  for (const [d, length] of lengths.entries()) {
    const indexes = Array.from({ length }, (_, i) => (offsets[d] as number) + i);
    found = found.flatMap((cell) => indexes.map((index) => `${cell},${index}`));
  }
  return found;
}
