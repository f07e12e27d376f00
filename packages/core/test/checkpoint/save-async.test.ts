// saveAsync: what is stored is the state at the moment of the call, whatever training does meanwhile.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { type CheckpointIO, Fabric, optim, type Tensor, torch } from "@fabric/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testDevice } from "../../../../tools/test-support/device.js";
import { Net, warnings } from "../helpers.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fabric-async-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const cpu = (): Fabric => new Fabric({ accelerator: testDevice });
const core = pathToFileURL(join(import.meta.dirname, "../../dist/index.js")).href;

describe.each([
  ["a folder", "ckpt"],
  ["one file", "ckpt.safetensors"],
])("saveAsync to %s", (_kind, name) => {
  it("stores what was there when it was called", async () => {
    const fabric = cpu();
    const net = new Net();
    const [model, optimizer] = fabric.setup(net, new optim.AdamW(net.parameters()));
    const counts = { seen: 1 };
    const weight = torch.arange(0, 200_000, { dtype: "float32" });
    const before = net.stateDict();
    const expected = Object.fromEntries(
      Object.entries(before).map(([key, value]) => [key, value.clone()]),
    );
    const saved = fabric.saveAsync(join(folder, name), { model, optimizer, counts, weight });
    // Training goes on before a byte is on the disk.
    torch.noGrad(() => {
      for (const parameter of net.parameters()) parameter.zero_();
      weight.zero_();
    });
    counts.seen = 2;
    await saved;

    const stored = await cpu().load(join(folder, name));
    expect(stored["counts"]).toEqual({ seen: 1 });
    expect((stored["weight"] as Tensor).equal(torch.arange(0, 200_000, { dtype: "float32" }))).toBe(
      true,
    );
    for (const [key, value] of Object.entries(stored["model"] as Record<string, Tensor>))
      expect(value.equal(expected[key] as Tensor), key).toBe(true);
  });

  it("gives the file that save gives", async () => {
    const fabric = cpu();
    const state = {
      t: torch.randn([3, 5]).transpose(0, 1),
      c: torch.complex(torch.ones([2]), torch.ones([2])).conj(),
      m: new Map([["k", 2n]]),
    };
    await fabric.save(join(folder, `a-${name}`), state, { rng: false });
    await fabric.saveAsync(join(folder, `b-${name}`), state, { rng: false });
    const a = await fabric.load(join(folder, `a-${name}`));
    const b = await fabric.load(join(folder, `b-${name}`));
    expect((a["t"] as Tensor).equal(b["t"] as Tensor)).toBe(true);
    expect(torch.viewAsReal(a["c"] as Tensor).toArray()).toEqual(
      torch.viewAsReal(b["c"] as Tensor).toArray(),
    );
    expect(a["m"]).toEqual(b["m"]);
  });
});

describe("saveAsync", () => {
  it("does not wait for the disk, and stores in the order of the calls", async () => {
    const fabric = cpu();
    const path = join(folder, "ckpt");
    const order: number[] = [];
    const saves = [1, 2, 3].map((step) =>
      fabric.saveAsync(path, { step, t: torch.full([300_000], step) }).then(() => order.push(step)),
    );
    await Promise.all(saves);
    expect(order).toEqual([1, 2, 3]);
    const { step, t } = (await fabric.load(path)) as { step: number; t: Tensor };
    expect([step, t.min().item(), t.max().item()]).toEqual([3, 3, 3]);
  });

  it("is followed by load and save of the same Fabric in order", async () => {
    const fabric = cpu();
    const path = join(folder, "ckpt");
    void fabric.saveAsync(path, { step: 1, t: torch.zeros([300_000]) });
    expect((await fabric.load(path))["step"]).toBe(1);
    void fabric.saveAsync(path, { step: 2 });
    await fabric.save(path, { step: 3 });
    expect((await fabric.load(path))["step"]).toBe(3);
  });

  it("leaves save as it is: what is stored is the state at the call", async () => {
    const fabric = cpu();
    const t = torch.ones([3]);
    for (const pending of [false, true]) {
      if (pending) void fabric.saveAsync(join(folder, "first"), { t: torch.zeros([300_000]) });
      t.fill_(1);
      const saved = fabric.save(join(folder, "ckpt"), { t });
      t.fill_(2);
      await saved;
      expect(((await fabric.load(join(folder, "ckpt")))["t"] as Tensor).toArray()).toEqual([
        1, 1, 1,
      ]);
    }
  });

  it("frees its copies and hands over every tensor", async () => {
    const fabric = cpu();
    const t = torch.zeros([500_000]);
    const path = join(folder, "ckpt");
    await fabric.saveAsync(path, { t });
    torch.resetPeakMemory();
    const { bytes } = torch.memory()["cpu"] as { bytes: number };
    for (let i = 0; i < 20; i++) await fabric.saveAsync(path, { t });
    const after = torch.memory()["cpu"] as { bytes: number; peakBytes: number };
    expect(after.bytes).toBeLessThanOrEqual(bytes + 10_000);
    // one that is written and one that is copied, 2 MB each
    expect(after.peakBytes - bytes).toBeLessThan(3 * t.nbytes);
    expect(torch.sharedCount()).toBe(0);
  });

  it("rejects with the error that save throws, and Fabric goes on", async () => {
    const fabric = cpu();
    const bad = join(folder, "file", "ckpt");
    writeFileSync(join(folder, "file"), "in the way");
    await expect(fabric.saveAsync(bad, { t: torch.ones([2]) })).rejects.toMatchObject({
      code: "FABRIC_CHECKPOINT_WRITE",
      message: expect.stringContaining(bad),
    });
    // told where it was awaited, so not again
    await fabric.save(join(folder, "good"), { step: 1 });
    expect(torch.sharedCount()).toBe(0);
    await expect(fabric.saveAsync("ckpt", { f: () => 1 })).rejects.toMatchObject({
      code: "FABRIC_CHECKPOINT_VALUE",
    });
    expect(() => fabric.saveAsync("", {})).toThrowError(
      expect.objectContaining({ code: "FABRIC_USAGE_PATH" }),
    );
  });

  it("a failure that nobody awaits is warned of, then thrown by the next load", async () => {
    const fabric = cpu();
    writeFileSync(join(folder, "file"), "in the way");
    const told = await warnings(async () => {
      void fabric.saveAsync(join(folder, "file", "ckpt"), { step: 1 });
      await expect(fabric.load(join(folder, "nothing"))).rejects.toMatchObject({
        code: "FABRIC_CHECKPOINT_WRITE",
      });
    });
    expect(told.join("\n")).toContain("could not be written");
    await expect(fabric.load(join(folder, "nothing"))).rejects.toMatchObject({
      code: "FABRIC_CHECKPOINT_NOT_FOUND",
    });
  });

  it("is waited for by await using", async () => {
    const path = join(folder, "ckpt");
    {
      await using fabric = cpu();
      void fabric.saveAsync(path, { t: torch.zeros([300_000]) });
    }
    expect(existsSync(join(path, "checkpoint.json"))).toBe(true);
  });

  it("copies first for a CheckpointIO without a saveAsync of its own", async () => {
    const stored: Record<string, unknown>[] = [];
    const io: CheckpointIO = {
      save: async (_path, state) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        stored.push(state);
      },
      load: () => ({}),
    };
    const fabric = new Fabric({ accelerator: testDevice, plugins: [io] });
    const t = torch.ones([3]);
    const list = [1];
    const saved = fabric.saveAsync("anywhere", { t, list });
    t.zero_();
    list.push(2);
    await saved;
    const [first] = stored as [Record<string, unknown>];
    expect((first["t"] as Tensor).toArray()).toEqual([1, 1, 1]);
    expect(first["list"]).toEqual([1]);
  });

  it("keeps the process alive until the file is whole, and no longer", async () => {
    const path = join(folder, "ckpt");
    const script = `import { Fabric, torch } from ${JSON.stringify(core)};
      void new Fabric({ accelerator: "cpu" }).saveAsync(${JSON.stringify(path)}, { t: torch.ones([2_000_000]) });`;
    const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      encoding: "utf8",
      timeout: 60_000,
    });
    expect([status, stderr]).toEqual([0, ""]);
    const { t } = (await cpu().load(path)) as { t: Tensor };
    expect(t.sum().item()).toBe(2_000_000);
  });
});
