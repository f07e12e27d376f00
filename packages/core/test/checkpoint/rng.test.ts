import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Fabric, nn, type Tensor, torch } from "@fabric/core";
import { afterAll, describe, expect, it } from "vitest";
import { Net, rejected, sgd } from "../helpers.js";

const folder = mkdtempSync(join(tmpdir(), "fabric-rng-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const fabric = new Fabric({ accelerator: "cpu" });
const drawn = (): unknown => torch.rand([3]).toArray();

class Dropping extends nn.Module {
  fc = new nn.Linear(4, 1);
  drop = new nn.Dropout(0.5);
  override forward(x: Tensor): Tensor {
    return this.fc.forward(this.drop.forward(x));
  }
}

function losses(model: Dropping, optimizer: ReturnType<typeof sgd>, steps: number): unknown[] {
  return Array.from({ length: steps }, () => {
    optimizer.zeroGrad();
    const loss = model
      .forward(torch.randn([8, 4]))
      .square()
      .mean();
    fabric.backward(loss);
    optimizer.step();
    return loss.item();
  });
}

describe("the random generator in checkpoints", () => {
  it("goes on where it was when an optimizer is loaded: dropout draws the same numbers", async () => {
    torch.manualSeed(3);
    const net = new Dropping();
    const [model, optimizer] = fabric.setup(net, sgd(net));
    losses(model, optimizer, 3);
    const path = join(folder, "resume");
    await fabric.save(path, { model, optimizer });
    const expected = losses(model, optimizer, 4);
    torch.manualSeed(99);
    await fabric.load(path, { model, optimizer });
    expect(losses(model, optimizer, 4)).toEqual(expected);
  });

  it("is left alone when only a model is loaded, unless asked; and may be left out of the file", async () => {
    const net = new Net();
    const path = join(folder, "model");
    torch.manualSeed(5);
    await fabric.save(path, { net });
    const next = drawn();
    torch.manualSeed(6);
    const other = drawn();
    torch.manualSeed(6);
    await fabric.load(path, { net });
    expect(drawn()).toEqual(other);
    await fabric.load(path, { net }, { rng: true });
    expect(drawn()).toEqual(next);
    await fabric.save(path, { net }, { rng: false });
    torch.manualSeed(6);
    await fabric.load(path, { net }, { rng: true });
    expect(drawn()).toEqual(other);
  });

  it("is no entry of the user's: not returned, not loadable into a module, its key refused", async () => {
    const net = new Net();
    const path = join(folder, "raw");
    await fabric.save(path, net.stateDict() as Record<string, unknown>);
    expect(Object.keys(await fabric.load(path))).toEqual(Object.keys(net.stateDict()));
    const copy = new Net();
    await fabric.loadRaw(path, copy);
    expect(torch.equal(copy.fc1.weight, net.fc1.weight)).toBe(true);
    await rejected("FABRIC_USAGE_STATE", fabric.save(path, { "@fabric/rng": 1 }));
  });

  it("a torch.Generator among the values is stored, and goes on in place", async () => {
    const path = join(folder, "own");
    const generator = new torch.Generator().manualSeed(3);
    torch.rand([5], { generator });
    await fabric.save(path, { generator, nested: { generators: [generator] } });
    const next = torch.rand([5], { generator }).toArray();
    const resumed = new torch.Generator();
    const second = new torch.Generator();
    await fabric.load(path, { generator: resumed, nested: { generators: [second] } });
    expect(torch.rand([5], { generator: resumed }).toArray()).toEqual(next);
    expect(torch.rand([5], { generator: second }).toArray()).toEqual(next);
    await fabric.save(path, { generator: "none" });
    await rejected("FABRIC_CHECKPOINT_STATE", fabric.load(path, { generator: resumed }));
  });
});
