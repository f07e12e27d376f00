// Checkpoints of several files, loaded layer by layer: the bits of a load in one go, whatever the way to the model.
import { readFileSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { Fabric, torch } from "@fabric/core";
import { type DType, equal, nn, safetensors, type Tensor } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import {
  type BitsandbytesMode,
  BitsandbytesPrecision,
  nn as bnb,
  functional,
} from "../src/index.js";
import { temporaryFolder, writeCheckpoint } from "./quantize/support.js";

const MODES = ["nf4", "nf4-dq", "fp4", "fp4-dq", "int8", "int8-training"] as const;
const root = temporaryFolder();
let count = 0;

class Net extends nn.Module {
  emb = new nn.Embedding(20, 64);
  blocks = [new Block(), new Block()];
  norm = new nn.LayerNorm(64);
  head = new nn.Linear(64, 20, { bias: false });
  override forward(ids: Tensor): Tensor {
    let x = this.emb.forward(ids);
    for (const block of this.blocks) x = block.forward(x);
    return this.head.forward(this.norm.forward(x));
  }
}

class Block extends nn.Module {
  up = new nn.Linear(64, 96);
  down = new nn.Linear(96, 64);
  override forward(x: Tensor): Tensor {
    return x.add(this.down.forward(torch.relu(this.up.forward(x))));
  }
}

/** A checkpoint of three tensors a file, and its tensors. */
function checkpoint(dtype: DType = "bfloat16"): { folder: string; state: Record<string, Tensor> } {
  torch.manualSeed(11);
  const state = new Net().to(dtype).stateDict();
  return { folder: writeCheckpoint(join(root, String(count++)), state, { perFile: 3 }), state };
}

function fabricOf(mode: BitsandbytesMode, ignoreModules: string[] = []): Fabric {
  const plugin = new BitsandbytesPrecision({ mode, ignoreModules });
  return new Fabric({ accelerator: "cpu", plugins: [plugin] });
}

/** What fabric.setup makes of a float model that was loaded in one go. */
function eager(fabric: Fabric, state: Record<string, Tensor>): Record<string, Tensor> {
  const net = new Net();
  net.loadStateDict(state);
  return fabric.setup(net).stateDict();
}

function expectSame(found: Record<string, Tensor>, expected: Record<string, Tensor>): void {
  expect(Object.keys(found)).toEqual(Object.keys(expected));
  for (const [key, value] of Object.entries(expected)) {
    expect(found[key]?.dtype, key).toBe(value.dtype);
    expect(equal(found[key] as Tensor, value), key).toBe(true);
  }
}

const ids = (): Tensor => torch.tensor([[1, 2, 3]], { dtype: "int64" });

describe.each(MODES)("%s: a checkpoint of several files", (mode) => {
  it("fills a model of initModule with emptyInit", async () => {
    const { folder, state } = checkpoint();
    const fabric = fabricOf(mode);
    const net = fabric.initModule({ emptyInit: true }, () => new Net());
    if (mode !== "int8-training")
      expect(() => net.head.forward(torch.ones([1, 64]).half())).toThrowError(
        expect.objectContaining({ code: "FABRIC_USAGE_NOT_LOADED" }),
      );
    await fabric.loadRaw(folder, net);
    const model = fabric.setup(net);
    expectSame(model.stateDict(), eager(fabric, state));
    expect(model.forward(ids()).isfinite().all().item()).toBe(true);
  });

  it("fills a model that was set up on the meta device, with a layer spared", async () => {
    const { folder, state } = checkpoint();
    const fabric = fabricOf(mode, ["head"]);
    const net = torch.device("meta", () => new Net());
    const model = fabric.setup(net, { moveToDevice: false });
    net.toEmpty({ device: fabric.device });
    await fabric.loadRaw(folder, model);
    expectSame(model.stateDict(), eager(fabric, state));
    expect(model.forward(ids()).isfinite().all().item()).toBe(true);
  });

  it("saved from a quantised model comes back, mapped by nothing afterwards", async () => {
    const { state } = checkpoint();
    const fabric = fabricOf(mode);
    const saved = eager(fabric, state);
    const folder = writeCheckpoint(join(root, String(count++)), saved, { perFile: 4 });
    for (const assign of [false, true]) {
      const net = fabric.initModule({ emptyInit: true }, () => new Net());
      using file = safetensors.openSharded(folder);
      net.loadStateDict(file, { assign });
      expectSame(net.stateDict(), saved);
      expect(readFileSync("/proc/self/maps", "utf8")).not.toContain(folder);
    }
  });
});

describe("a model that waits for its weights", () => {
  it.each(["nf4-dq", "int8"] as const)(
    "of %s may be copied, and each copy loaded",
    async (mode) => {
      const fabric = fabricOf(mode);
      const net = fabric.initModule({ emptyInit: true }, () => new Net());
      const copy = nn.copyModule(net);
      const [first, second] = [checkpoint(), checkpoint("float32")];
      for (const value of Object.values(second.state)) value.mul_(3);
      await fabric.loadRaw(first.folder, net);
      copy.loadStateDict(second.state);
      expectSame(fabric.setup(net).stateDict(), eager(fabric, first.state));
      expectSame(fabric.setup(copy).stateDict(), eager(fabric, second.state));
    },
  );

  it("reports the error of each layer, however the load and setup follow each other", async () => {
    const { folder } = checkpoint();
    for (const setupFirst of [true, false]) {
      const tables: string[] = [];
      const report = (table: string) => tables.push(table);
      const plugin = new BitsandbytesPrecision({ mode: "nf4-dq", report });
      const fabric = new Fabric({ accelerator: "cpu", plugins: [plugin] });
      const net = fabric.initModule({ emptyInit: true }, () => new Net());
      if (setupFirst) fabric.setup(net);
      expect(tables).toEqual([]);
      await fabric.loadRaw(folder, net);
      if (!setupFirst) fabric.setup(net);
      expect(tables).toHaveLength(1);
      expect(tables[0]).toMatch(/blocks\.1\.down +Linear4bit nf4-dq .*\d %/);
    }
  });
});

describe("fabric.loadRaw", () => {
  it("changes nothing when a file is missing, damaged or of another model", async () => {
    const fabric = fabricOf("nf4-dq");
    const net = fabric.initModule(() => new Net());
    const before = Object.fromEntries(
      Object.entries(net.stateDict()).map(([key, value]) => [key, value.clone()]),
    );
    const last = "model-00004-of-00004.safetensors";
    const missing = checkpoint().folder;
    rmSync(join(missing, last));
    await expect(fabric.loadRaw(missing, net)).rejects.toMatchObject({
      code: "FABRIC_CHECKPOINT_INDEX",
      message: expect.stringContaining(last),
    });
    const damaged = checkpoint().folder;
    truncateSync(join(damaged, last), 100);
    await expect(fabric.loadRaw(damaged, net)).rejects.toMatchObject({
      code: "FABRIC_CHECKPOINT_CORRUPT",
    });
    const { state } = checkpoint();
    const other = { ...state, "norm.weight": torch.ones([65]) };
    const folder = writeCheckpoint(join(root, String(count++)), other, { perFile: 3 });
    await expect(fabric.loadRaw(folder, net)).rejects.toMatchObject({
      code: "FABRIC_CHECKPOINT_SHAPE",
    });
    expectSame(net.stateDict(), before);
  });
});

describe("a weight of several pieces", () => {
  const [rows, columns] = [1031, 2047];
  const big = (): Tensor => {
    torch.manualSeed(3);
    return torch.randn([rows, columns]);
  };

  it.each(["uint8", "float32"] as const)("has the codes of one piece, stored as %s", (storage) => {
    for (const compressStatistics of [false, true]) {
      const options = { quantType: "nf4", compressStatistics, quantStorage: storage } as const;
      const weight = new bnb.Params4bit(big(), options);
      weight.measures = true;
      weight.roundsTo = "float16";
      weight.quantize_();
      const [packed, whole] = functional.quantize4bit(big().half(), options);
      expect(weight.shape).toEqual(packed.shape);
      expect(equal(weight.detach().view("uint8"), packed.view("uint8"))).toBe(true);
      const state = weight.quantState?.stateDict({ packed: true }) ?? {};
      expectSame(state, whole.stateDict({ packed: true }));
      const off = weight.dequantize().float().sub(big());
      const rms = Math.sqrt(off.square().mean().item() as number);
      expect(weight.error?.rms).toBeCloseTo(rms, 6);
      expect(weight.error?.relative).toBeCloseTo(rms, 3);
    }
  });

  it("is not rounded to float16 if only its last piece has a value beyond", () => {
    const values = big();
    values.at(rows - 1, columns - 1).fill_(1e5);
    const weight = new bnb.Params4bit(values, { quantType: "nf4" });
    weight.roundsTo = "float16";
    weight.quantize_();
    expect(weight.quantState?.dtype).toBe("float32");
    expect(
      weight
        .dequantize()
        .at(rows - 1, columns - 1)
        .item(),
    ).toBe(1e5);
    values.at(rows - 1, columns - 1).fill_(Number.POSITIVE_INFINITY);
    const infinite = new bnb.Params4bit(values, { quantType: "nf4" });
    infinite.roundsTo = "float16";
    infinite.quantize_();
    expect(infinite.quantState?.dtype).toBe("float16");
  });

  it("has the int8 codes and scales of one piece", () => {
    const weight = new bnb.Int8Params(big());
    weight.measures = true;
    weight.quantize_();
    const [codes, scales] = functional.int8VectorwiseQuant(big(), { roundHalf: true });
    expect(equal(weight.CB as Tensor, codes)).toBe(true);
    expect(equal(weight.SCB as Tensor, scales)).toBe(true);
    const off = weight.toFloat("float32").sub(big());
    expect(weight.error?.rms).toBeCloseTo(Math.sqrt(off.square().mean().item() as number), 6);
  });
});
