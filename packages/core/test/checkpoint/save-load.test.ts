import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Fabric, nn, optim, Precision, safetensors, type Tensor, torch } from "@fabric/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testDevice } from "../../../../tools/test-support/device.js";
import { batch, Net, rejected, sgd, warnings } from "../helpers.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fabric-checkpoint-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const cpu = (): Fabric => new Fabric({ accelerator: testDevice });
const at = (name: string): string => join(folder, name);

/** Has state, as a scaler does. */
class Stateful extends Precision {
  readonly precision: string;
  scale = torch.full([], 65536);
  growth = 0;
  constructor(precision = "stateful") {
    super();
    this.precision = precision;
  }
  override stateDict(): Record<string, unknown> {
    return { scale: this.scale, growth: this.growth };
  }
  override loadStateDict(state: Record<string, unknown>): void {
    this.scale = state["scale"] as Tensor;
    this.growth = state["growth"] as number;
  }
}

function step(fabric: Fabric, model: Net, optimizer: optim.Optimizer): number {
  const [x, y] = batch();
  optimizer.zeroGrad();
  const loss = nn.functional.mseLoss(model.forward(x), y);
  fabric.backward(loss);
  optimizer.step();
  return loss.item();
}

describe.each([
  ["a folder", "ckpt"],
  ["one file", "ckpt.safetensors"],
])("a checkpoint in %s", (_kind, name) => {
  it("resumes bit for bit: model, optimizer and plain values", async () => {
    const fabric = cpu();
    const net = new Net();
    const [model, optimizer] = fabric.setup(net, new optim.AdamW(net.parameters(), { lr: 1e-2 }));
    for (let i = 0; i < 3; i++) step(fabric, model, optimizer);
    await fabric.save(at(name), { model, optimizer, step: 3 });
    const expected = [step(fabric, model, optimizer), step(fabric, model, optimizer)];

    const other = new Net();
    const [resumed, adam] = fabric.setup(other, new optim.AdamW(other.parameters(), { lr: 1 }));
    const state = { model: resumed, optimizer: adam, step: 0 };
    expect(await fabric.load(at(name), state)).toEqual({});
    expect(state.step).toBe(3);
    expect([step(fabric, resumed, adam), step(fabric, resumed, adam)]).toEqual(expected);
    for (const [key, value] of Object.entries(model.stateDict()))
      expect(torch.equal(value, resumed.stateDict()[key] as Tensor), key).toBe(true);
  });

  it("keeps tensors under PyTorch's names, readable without Fabric", async () => {
    const net = new Net();
    await cpu().save(at(name), { model: net });
    const path = name.endsWith(".safetensors")
      ? at(name)
      : join(at(name), readdirSync(at(name)).find((f) => f.endsWith(".safetensors")) ?? "");
    const record = safetensors.load(path);
    expect(Object.keys(record).sort()).toEqual([
      "model.fc1.bias",
      "model.fc1.weight",
      "model.fc2.bias",
      "model.fc2.weight",
    ]);
  });

  it("keeps every kind of value", async () => {
    const values = {
      number: 1.5,
      negative: -0,
      nan: Number.NaN,
      infinite: Number.NEGATIVE_INFINITY,
      big: 2n ** 70n,
      text: "é\u0000",
      yes: true,
      nothing: null,
      absent: undefined,
      list: [1, [2, { deep: 3n }]],
      map: new Map<unknown, unknown>([
        ["a", 1],
        [2, new Set(["x"])],
      ]),
      date: new Date(5),
      bytes: new Uint8Array([1, 2, 255]),
      floats: new Float64Array([Math.PI]),
      longs: new BigInt64Array([-(2n ** 62n)]),
      tagged: { $: "tensor", name: "no" },
      ["__proto__x"]: 1,
    };
    await cpu().save(at(name), values);
    expect(await cpu().load(at(name))).toEqual(values);
  });

  it("keeps dtypes, shapes and values of tensors, complex128 included", async () => {
    const tensors = {
      half: torch.randn([2, 3]).half(),
      brain: torch.randn([4]).bfloat16(),
      long: torch.arange(0, 5),
      flag: torch.tensor([true, false]),
      empty: torch.zeros([0, 3]),
      scalar: torch.tensor(2.5),
      complex: torch.ones([2], { dtype: "complex128" }),
      strided: torch.randn([3, 4]).t(),
    };
    await cpu().save(at(name), tensors);
    const loaded = (await cpu().load(at(name))) as typeof tensors;
    for (const [key, tensor] of Object.entries(tensors)) {
      const read = loaded[key as keyof typeof tensors];
      expect([read.dtype, read.shape], key).toEqual([tensor.dtype, tensor.shape]);
      expect(torch.equal(read, tensor), key).toBe(true);
    }
  });

  it("keeps tensors apart whose paths would meet", async () => {
    await cpu().save(at(name), { a: { "b.c": torch.zeros([1]) }, "a.b": { c: torch.ones([1]) } });
    const loaded = (await cpu().load(at(name))) as {
      a: Record<string, Tensor>;
      "a.b": { c: Tensor };
    };
    expect([loaded.a["b.c"]?.item(), loaded["a.b"].c.item()]).toEqual([0, 1]);
  });

  it("returns what was not asked for, and everything without a state", async () => {
    const net = new Net();
    await cpu().save(at(name), { net, epoch: 4, note: "x" });
    expect(await cpu().load(at(name), { net, epoch: 0 })).toEqual({ note: "x" });
    expect(Object.keys(await cpu().load(at(name))).sort()).toEqual(["epoch", "net", "note"]);
  });

  it("throws for a missing entry if strict, before anything is loaded, and leaves it otherwise", async () => {
    const net = new Net();
    const fabric = cpu();
    await fabric.save(at(name), { net });
    const other = new Net();
    const before = other.fc1.weight.detach().clone();
    const state = { net: other, epoch: 7 };
    expect(
      (await rejected("FABRIC_CHECKPOINT_KEYS", fabric.load(at(name), state))).message,
    ).toContain("`epoch`");
    expect(torch.equal(before, other.fc1.weight)).toBe(true);
    await fabric.load(at(name), state, { strict: false });
    expect(state.epoch).toBe(7);
    expect(torch.equal(net.fc1.weight, other.fc1.weight)).toBe(true);
  });

  it("hands strict on to the module", async () => {
    const fabric = cpu();
    await fabric.save(
      at(name),
      { net: new Net() },
      { filter: { net: (key) => key.startsWith("fc1") } },
    );
    await rejected("FABRIC_CHECKPOINT_KEYS", fabric.load(at(name), { net: new Net() }));
    await fabric.load(at(name), { net: new Net() }, { strict: false });
  });

  it("overwrites the checkpoint that was there, and leaves nothing else behind", async () => {
    for (const value of [1, 2, 3]) await cpu().save(at(name), { t: torch.tensor([value]), value });
    expect(((await cpu().load(at(name))) as { value: number }).value).toBe(3);
    expect(readdirSync(folder)).toEqual([name]);
    if (!name.endsWith(".safetensors")) expect(readdirSync(at(name))).toHaveLength(2);
  });

  it("saves the precision's state under a reserved key, restores it, and keeps it out of the rest", async () => {
    const plugin = new Stateful();
    plugin.scale = torch.full([], 128);
    plugin.growth = 5;
    await new Fabric({ plugins: plugin }).save(at(name), { epoch: 1 });
    const other = new Stateful();
    expect(await new Fabric({ plugins: other }).load(at(name))).toEqual({ epoch: 1 });
    expect([other.scale.item(), other.growth]).toEqual([128, 5]);
  });

  it("says so once when the state is of another precision, and leaves it", async () => {
    await new Fabric({ plugins: new Stateful(`other ${name}`) }).save(at(name), { epoch: 1 });
    const plugin = new Stateful();
    const seen = await warnings(async () => {
      await new Fabric({ plugins: plugin }).load(at(name));
      await cpu().load(at(name));
    });
    expect(seen.filter((line) => line.startsWith("FABRIC_CHECKPOINT_PRECISION"))).toHaveLength(2);
    expect(plugin.growth).toBe(0);
  });

  it("loads files that were saved without precision state", async () => {
    await cpu().save(at(name), { epoch: 1 });
    const plugin = new Stateful();
    expect(await new Fabric({ plugins: plugin }).load(at(name))).toEqual({ epoch: 1 });
  });

  it("saves and loads the plugin itself where the user names it", async () => {
    const plugin = new Stateful();
    plugin.growth = 9;
    await cpu().save(at(name), { plugin });
    const other = new Stateful();
    await cpu().load(at(name), { plugin: other });
    expect(other.growth).toBe(9);
  });

  it("takes stateful objects inside arrays and plain objects", async () => {
    const [a, b] = [new Net(), new Net()];
    await cpu().save(at(name), { models: { list: [a, b], n: 2 } });
    const [c, d] = [new Net(), new Net()];
    const state = { models: { list: [c, d], n: 0 } };
    await cpu().load(at(name), state);
    expect(torch.equal(b.fc2.weight, d.fc2.weight)).toBe(true);
    expect([state.models.list[0], state.models.n]).toEqual([c, 2]);
  });

  it("loads one state dict with loadRaw", async () => {
    const fabric = cpu();
    const net = new Net();
    await fabric.save(at(name), net.stateDict());
    const other = fabric.setup(new Net());
    await fabric.loadRaw(at(name), other);
    expect(torch.equal(net.fc1.weight, other.fc1.weight)).toBe(true);
    const adam = new optim.AdamW(net.parameters(), { lr: 0.25 });
    await fabric.save(at("optimizer"), adam.stateDict() as unknown as Record<string, unknown>);
    const loaded = new optim.AdamW(other.parameters(), { lr: 1 });
    await fabric.loadRaw(at("optimizer"), loaded);
    expect(loaded.paramGroups[0]?.lr).toBe(0.25);
    await rejected("FABRIC_USAGE_STATE", fabric.loadRaw(at(name), 3 as never));
  });
});

describe("save", () => {
  it("refuses what is no plain object, the reserved key, and an empty path", async () => {
    for (const state of [null, 3, [1], new Net()])
      await rejected("FABRIC_USAGE_STATE", cpu().save(at("x"), state as never));
    await rejected("FABRIC_USAGE_STATE", cpu().save(at("x"), { "@fabric/precision": 1 }));
    await rejected("FABRIC_USAGE_PATH", cpu().save("", {}));
    await rejected("FABRIC_USAGE_PATH", cpu().load(undefined as never));
  });

  it("refuses values that would not come back, with their place", async () => {
    class Opaque {}
    const cyclic: Record<string, unknown> = {};
    cyclic["self"] = cyclic;
    for (const value of [() => {}, Symbol("s"), new Opaque(), new WeakMap()]) {
      expect(
        (await rejected("FABRIC_CHECKPOINT_VALUE", cpu().save(at("x"), { a: { b: value } })))
          .message,
      ).toContain("`a.b`");
    }
    await rejected(
      "FABRIC_CHECKPOINT_VALUE",
      cpu().save(at("x.safetensors"), { list: new Map([["m", cyclic]]) }),
    );
    let deep: Record<string, unknown> = {};
    for (let i = 0; i < 5000; i++) deep = { deep };
    for (const [name, value] of [
      ["a", cyclic],
      ["b", [[cyclic]]],
      ["c", deep],
    ] as const) {
      for (const method of ["save", "saveAsync"] as const) {
        const saved = (async () => cpu()[method](at("x"), { [name]: value }))();
        expect((await rejected("FABRIC_CHECKPOINT_VALUE", saved)).message).toContain(`\`${name}.`);
      }
    }
    expect(existsSync(at("x"))).toBe(false);
  });

  it("stores what is nested a thousand deep, and what comes twice without a cycle", async () => {
    const shared = { a: 1 };
    let deep: unknown[] = [];
    for (let i = 0; i < 900; i++) deep = [deep];
    await cpu().save(at("x"), { deep, one: shared, two: [shared, shared] });
    const loaded = await cpu().load(at("x"));
    expect(loaded).toEqual({ deep, one: shared, two: [shared, shared] });
  });

  it("filters entries, and leaves a key out if none is left", async () => {
    await cpu().save(
      at("x"),
      { net: new Net(), extra: { a: 1 } },
      { filter: { net: (name) => name.endsWith("bias"), extra: () => false } },
    );
    const loaded = (await cpu().load(at("x"))) as { net: object };
    expect(Object.keys(loaded)).toEqual(["net"]);
    expect(Object.keys(loaded.net)).toEqual(["fc1.bias", "fc2.bias"]);
  });

  it("refuses a filter that is no object, names no key, is no function, or has nothing to filter", async () => {
    const save = (filter: unknown): Promise<void> =>
      cpu().save(at("x"), { net: new Net(), n: 1 }, { filter: filter as never });
    for (const filter of [3, { other: () => true }, { net: 3 }, { n: () => true }])
      await rejected("FABRIC_CONFIG_FILTER", save(filter));
  });

  it("fails with a code and leaves the old checkpoint when it cannot write", async () => {
    writeFileSync(at("plain"), "text");
    await rejected("FABRIC_CHECKPOINT_WRITE", cpu().save(join(at("plain"), "inside"), { a: 1 }));
    await rejected("FABRIC_CHECKPOINT_WRITE", cpu().save(at("plain"), { a: 1 }));
    mkdirSync(at("there"));
    writeFileSync(join(at("there"), "notes.txt"), "mine");
    await cpu().save(at("there"), { a: 1 });
    expect(readdirSync(at("there")).sort()).toEqual(["checkpoint.json", "notes.txt"]);
  });
});

it("uses a CheckpointIO from the plugins", async () => {
  const store = new Map<string, Record<string, unknown>>();
  const fabric = new Fabric({
    accelerator: testDevice,
    plugins: {
      save: (path, state) => void store.set(path, state),
      load: (path) => store.get(path) ?? {},
    },
  });
  await fabric.save("memory", { a: 1, optimizer: sgd(new Net()) });
  expect((await fabric.load("memory"))["a"]).toBe(1);
});
