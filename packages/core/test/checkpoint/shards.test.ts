// Sharded checkpoints: every rank writes its part, one process reads the whole.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  consolidate,
  Fabric,
  type FabricError,
  finishShards,
  type LocalShard,
  newShardSave,
  type ShardIndex,
  ShardsFolder,
  type Tensor,
  torch,
  writeShard,
} from "@fabric/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testDevice } from "../../../../tools/test-support/device.js";
import { Net, rejected, thrown } from "../helpers.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fabric-shards-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
const cpu = (): Fabric => new Fabric({ accelerator: testDevice });

const meta = (tensor: Tensor): Tensor =>
  torch.empty([...tensor.shape], { dtype: tensor.dtype, device: "meta" });

/** Rows of a tensor among ranks, the last one shorter. */
function rows(tensor: Tensor, rank: number, ranks: number): LocalShard | null {
  const total = tensor.shape[0] as number;
  const each = Math.ceil(total / ranks);
  const start = Math.min(rank * each, total);
  const length = Math.min(each, total - start);
  if (length <= 0) return null;
  const offsets = tensor.shape.map((_, d) => (d === 0 ? start : 0));
  return { tensor: tensor.narrow(0, start, length), shape: [...tensor.shape], offsets };
}

/** Saves a state dict by rows over `ranks`, as a strategy with sharded weights would. */
function saveSharded(
  path: string,
  dict: Record<string, Tensor>,
  ranks: number,
  rest: Record<string, unknown> = {},
): void {
  const save = newShardSave();
  const indexes = Array.from({ length: ranks }, (_, rank) => {
    const shards: Record<string, LocalShard> = {};
    for (const [name, tensor] of Object.entries(dict)) {
      const part = rows(tensor, rank, ranks);
      if (part !== null) shards[`model.${name}`] = part;
    }
    // as it crosses processes
    return JSON.parse(JSON.stringify(writeShard(path, save, rank, shards))) as ReturnType<
      typeof writeShard
    >;
  });
  const placeholders = Object.fromEntries(
    Object.entries(dict).map(([name, tensor]) => [name, meta(tensor)]),
  );
  finishShards(path, indexes, { model: placeholders, ...rest }, { precision: "32-true" });
}

describe.each([1, 2, 3, 5])("a model sharded over %i ranks", (ranks) => {
  it("is loaded whole, in place and as values", async () => {
    const net = new Net();
    saveSharded(at("ckpt"), net.stateDict(), ranks, { step: 7 });
    expect(readdirSync(at("ckpt"))).toHaveLength(ranks + 1);
    const copy = new Net();
    const state = { model: copy, step: 0 };
    await cpu().load(at("ckpt"), state);
    expect(state.step).toBe(7);
    for (const [name, value] of Object.entries(copy.stateDict()))
      expect(value.equal(net.stateDict()[name] as Tensor), name).toBe(true);
    expect(Object.keys(await cpu().load(at("ckpt")))).toEqual(["model", "step"]);
  });

  it("is consolidated into a folder and into a file", async () => {
    const net = new Net();
    saveSharded(at("ckpt"), net.stateDict(), ranks, { step: 7 });
    for (const name of ["whole", "whole.safetensors"]) {
      consolidate(at("ckpt"), at(name));
      const { model, step } = (await cpu().load(at(name))) as {
        model: Record<string, Tensor>;
        step: number;
      };
      expect(step).toBe(7);
      for (const [key, value] of Object.entries(model))
        expect(value.equal(net.stateDict()[key] as Tensor), key).toBe(true);
    }
  });
});

describe("sharded checkpoints", () => {
  it("take boxes of any dimension, scalars and other dtypes", async () => {
    const t = torch.arange(0, 24).view([4, 6]);
    const scalar = torch.full([], 3, { dtype: "bfloat16" });
    const save = newShardSave();
    const box = (r: number, c: number): LocalShard => ({
      tensor: t.narrow(0, r, 2).narrow(1, c, 3),
      shape: [4, 6],
      offsets: [r, c],
    });
    const indexes = [
      [0, 0],
      [0, 3],
      [2, 0],
      [2, 3],
    ].map(([r, c], rank) =>
      writeShard(at("boxes"), save, rank, {
        t: box(r as number, c as number),
        ...(rank === 2 ? { s: { tensor: scalar, shape: [], offsets: [] } } : {}),
      }),
    );
    finishShards(at("boxes"), indexes, { t: meta(t), s: meta(scalar) }, { precision: "32-true" });
    const loaded = (await cpu().load(at("boxes"))) as { t: Tensor; s: Tensor };
    expect(loaded.t.equal(t)).toBe(true);
    expect([loaded.s.item(), loaded.s.dtype]).toEqual([3, "bfloat16"]);
  });

  it("refuse parts that overlap, leave gaps, lie outside or disagree, and tensors without shards", () => {
    const t = torch.zeros([4, 2]);
    const part = (start: number, length: number, shape = [4, 2]): LocalShard => ({
      tensor: torch.zeros([length, 2]),
      shape,
      offsets: [start, 0],
    });
    const attempt = (...parts: LocalShard[]): FabricError => {
      const save = newShardSave();
      const indexes = parts.map((p, rank) => writeShard(at("bad"), save, rank, { t: p }));
      return thrown("FABRIC_CHECKPOINT_CORRUPT", () =>
        finishShards(at("bad"), indexes, { t: meta(t) }, { precision: "32-true" }),
      );
    };
    expect(attempt(part(0, 3), part(2, 1)).message).toMatch(/`t` overlap/);
    expect(attempt(part(0, 1), part(2, 2)).message).toMatch(/6 elements.*has 8/);
    expect(attempt(part(0, 2), part(3, 2)).message).toMatch(/outside/);
    expect(attempt(part(0, 2), part(2, 2, [5, 2])).message).toMatch(/disagree/);
    thrown("FABRIC_CHECKPOINT_VALUE", () =>
      finishShards(at("bad"), [], { t: meta(t) }, { precision: "32-true" }),
    );
    expect(existsSync(join(at("bad"), "shards.json"))).toBe(false);
  });

  it("take the place of what was there, and give it up to what comes", async () => {
    const net = new Net();
    await cpu().save(at("ckpt"), { model: net, step: 1 });
    saveSharded(at("ckpt"), net.stateDict(), 2, { step: 2 });
    expect((await cpu().load(at("ckpt")))["step"]).toBe(2);
    expect(readdirSync(at("ckpt")).sort()).toHaveLength(3);
    saveSharded(at("ckpt"), net.stateDict(), 3, { step: 3 });
    expect(readdirSync(at("ckpt"))).toHaveLength(4);
    await cpu().save(at("ckpt"), { model: net, step: 4 });
    expect((await cpu().load(at("ckpt")))["step"]).toBe(4);
    expect(readdirSync(at("ckpt"))).toHaveLength(2);
  });

  it("count only once shards.json is there: a save that was killed before leaves the old one", async () => {
    const net = new Net();
    saveSharded(at("ckpt"), net.stateDict(), 2, { step: 1 });
    writeShard(at("ckpt"), newShardSave(), 0, {});
    expect((await cpu().load(at("ckpt")))["step"]).toBe(1);
  });

  it("are consolidated with the memory of the largest tensor", () => {
    const dict = Object.fromEntries(
      Array.from({ length: 8 }, (_, i) => [`t${i}`, torch.randn([256, 1024])]),
    );
    saveSharded(at("big"), dict, 4);
    const each = 256 * 1024 * 4;
    const before = torch.memory().cpu.bytes;
    torch.resetPeakMemory();
    consolidate(at("big"), at("joined"));
    expect(torch.memory().cpu.peakBytes - before).toBeLessThan(1.5 * each);
    using shards = new ShardsFolder(at("big"));
    expect(Object.keys(shards.body.tensors)).toHaveLength(8);
    thrown("FABRIC_CHECKPOINT_CORRUPT", () => shards.tensor("model.none"));
  });

  it.each(["bool", "uint8", "int64", "float16", "float8_e4m3fn", "complex64"] as const)(
    "hold %s",
    async (dtype) => {
      const t = torch.arange(0, 12).remainder(5).to("float32").to(dtype).view([6, 2]);
      const save = newShardSave();
      const indexes = [0, 1, 2].map((rank) =>
        writeShard(at("ckpt"), save, rank, { t: rows(t, rank, 3) as LocalShard }),
      );
      finishShards(at("ckpt"), indexes, { t: meta(t) }, { precision: "32-true" });
      const { t: loaded } = (await cpu().load(at("ckpt"))) as { t: Tensor };
      expect(loaded.dtype).toBe(dtype);
      expect(torch.tensorBytes(loaded)).toEqual(torch.tensorBytes(t));
    },
  );

  it("need one index of each rank, all of one save, and every file in sight; else the old one stays", async () => {
    const net = new Net();
    saveSharded(at("ckpt"), net.stateDict(), 2, { step: 1 });
    const t = torch.ones([4]);
    const shard = (start: number): LocalShard => ({
      tensor: t.narrow(0, start, 2),
      shape: [4],
      offsets: [start],
    });
    const finish = (...indexes: ShardIndex[]): void =>
      finishShards(at("ckpt"), indexes, { t: meta(t) }, { precision: "32-true" });
    const [one, two] = [newShardSave(), newShardSave()];
    const first = writeShard(at("ckpt"), one, 0, { t: shard(0) });
    const second = writeShard(at("ckpt"), one, 1, { t: shard(2) });
    const attempts: [string, ShardIndex[]][] = [
      ["FABRIC_USAGE_SHARDS", [first, { ...second, rank: 0 }]],
      ["FABRIC_USAGE_SHARDS", [first, { ...second, rank: 2 }]],
      ["FABRIC_USAGE_SHARDS", [first, writeShard(at("ckpt"), two, 1, { t: shard(2) })]],
      ["FABRIC_CHECKPOINT_CORRUPT", [first]],
      [
        "FABRIC_CHECKPOINT_FILE",
        [
          writeShard(at("ckpt"), two, 0, { t: shard(0) }),
          writeShard(at("elsewhere"), "0123456789abcdef", 1, { t: shard(2) }),
        ].map((index) => ({ ...index, save: "0123456789abcdef" })),
      ],
    ];
    for (const [code, indexes] of attempts) {
      thrown(code, () => finish(...indexes));
      expect((await cpu().load(at("ckpt")))["step"]).toBe(1);
    }
    expect(readdirSync(at("ckpt"))).not.toContain("shards.json.tmp");
    finish(second, first);
    expect(((await cpu().load(at("ckpt"))) as { t: Tensor }).t.equal(t)).toBe(true);
  });

  it("leave no folder behind when consolidating fails", () => {
    saveSharded(at("ckpt"), new Net().stateDict(), 2);
    const file = readdirSync(at("ckpt")).find((name) => name.startsWith("shard-1")) as string;
    const bytes = readFileSync(join(at("ckpt"), file));
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
    writeFileSync(join(at("ckpt"), file), bytes);
    for (const name of ["whole", "whole.safetensors"]) {
      const error = thrown("FABRIC_CHECKPOINT_CORRUPT", () => consolidate(at("ckpt"), at(name)));
      expect(error.message).toContain(file);
      expect(existsSync(at(name))).toBe(false);
    }
    expect(readdirSync(folder)).toEqual(["ckpt"]);
  });

  it("refuse 400 damages, or give what was saved", async () => {
    const net = new Net();
    const expected = net.stateDict();
    saveSharded(at("ckpt"), expected, 2, { step: 3 });
    const files = readdirSync(at("ckpt")).map((name) => join(at("ckpt"), name));
    const sound = new Map(files.map((file) => [file, readFileSync(file)]));
    let accepted = 0;
    for (let i = 0; i < 400; i++) {
      const file = files[i % files.length] as string;
      const bytes = Buffer.from(sound.get(file) as Buffer);
      const place = Math.floor((((i * 7919) % 1000) / 1000) * bytes.length);
      if (i % 3 === 0) writeFileSync(file, bytes.subarray(0, place));
      else {
        bytes[place] = (bytes[place] as number) ^ (1 << (i % 8));
        writeFileSync(file, bytes);
      }
      try {
        const { model, step } = (await cpu().load(at("ckpt"))) as {
          model: Record<string, Tensor>;
          step: number;
        };
        expect(step).toBe(3);
        for (const [name, value] of Object.entries(model))
          expect(value.equal(expected[name] as Tensor), `${i} ${name}`).toBe(true);
        accepted++;
      } catch (error) {
        expect((error as FabricError).code, String(error)).toMatch(/^FABRIC_CHECKPOINT_/);
      }
      writeFileSync(file, sound.get(file) as Buffer);
    }
    expect(accepted).toBeLessThan(20);
  });

  it("name the file whose tensor changed; verify: false does not look", async () => {
    const net = new Net();
    saveSharded(at("ckpt"), net.stateDict(), 2);
    const file = readdirSync(at("ckpt")).find((name) => name.startsWith("shard-1")) as string;
    const bytes = readFileSync(join(at("ckpt"), file));
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
    writeFileSync(join(at("ckpt"), file), bytes);
    const error = await rejected("FABRIC_CHECKPOINT_CORRUPT", cpu().load(at("ckpt")));
    expect(error.message).toContain(file);
    expect(error.message).toMatch(/`model\.fc/);
    await cpu().load(at("ckpt"), undefined, { verify: false });
  });
});
