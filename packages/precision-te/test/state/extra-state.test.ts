// `_extra_state`: round trips, absence, and bytes of another origin.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as torch from "@fabric/torch";
import { safetensors, type Tensor, tensor } from "@fabric/torch";
import { afterAll, describe, expect, it, vi } from "vitest";
import { fp8Autocast, LayerNormMLP, Linear, TransformerLayer } from "../../src/index.js";
import { DelayedState, decodeState, encodeState } from "../../src/state/index.js";

const folder = mkdtempSync(join(tmpdir(), "fabric-te-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function trained(): LayerNormMLP {
  const layer = new LayerNormMLP(16, 32);
  for (let i = 0; i < 3; i++)
    fp8Autocast({ recipe: { amaxHistoryLen: 5, margin: 1 } }, () =>
      layer.forward(torch.randn([8, 16])),
    )
      .sum()
      .backward();
  return layer;
}

function same(a: DelayedState | null, b: DelayedState | null): boolean {
  if (a === null || b === null) return a === b;
  return (["forward", "backward"] as const).every(
    (direction) =>
      torch.equal(a[direction].scale, b[direction].scale) &&
      torch.equal(a[direction].amaxHistory, b[direction].amaxHistory),
  );
}

describe("extra state", () => {
  it("survives a state dict and a file, bit for bit", () => {
    const layer = trained();
    const path = join(folder, "layer.safetensors");
    safetensors.save(path, layer.stateDict());
    const other = new LayerNormMLP(16, 32);
    other.loadStateDict(safetensors.load(path));
    expect(same(other.fp8State, layer.fp8State)).toBe(true);
    expect(other.fp8State?.length).toBe(5);
    // Later steps of one do not show in the other.
    fp8Autocast({}, () => layer.forward(torch.randn([8, 16])));
    expect(same(other.fp8State, layer.fp8State)).toBe(false);
  });

  it("is taken into the tensors that are there, which a recorded step reads", () => {
    const [layer, other] = [trained(), trained()];
    const state = other.fp8State as DelayedState;
    const { scale, amaxHistory } = state.backward;
    expect(same(state, layer.fp8State)).toBe(false);
    other.loadStateDict(layer.stateDict());
    expect(same(state, layer.fp8State)).toBe(true);
    expect(other.fp8State).toBe(state);
    expect(state.backward.scale).toBe(scale);
    expect(state.backward.amaxHistory).toBe(amaxHistory);
  });

  it("is empty before FP8 was used, and takes a loaded one away", () => {
    const fresh = new LayerNormMLP(16, 32);
    const state = fresh.stateDict();
    expect(state["_extra_state"]?.shape).toEqual([0]);
    const layer = trained();
    layer.loadStateDict(state);
    expect(layer.fp8State).toBeNull();
    const path = join(folder, "empty.safetensors");
    safetensors.save(path, state);
    fresh.loadStateDict(safetensors.load(path));
  });

  it("may be missing, as in checkpoints of plain layers, and starts afresh then", () => {
    const layer = trained();
    const { _extra_state: _, ...plain } = layer.stateDict();
    expect(layer.loadStateDict(plain)).toEqual({ missingKeys: [], unexpectedKeys: [] });
    expect(layer.fp8State).toBeNull();
    expect(() => layer.loadStateDict({ ...plain, fc1_weight: torch.ones([2, 2]) })).toThrow();
    const { fc1_weight: __, ...without } = plain;
    expect(() => layer.loadStateDict(without)).toThrow(/Missing \(1\): fc1_weight/);
  });

  it("stays where a part of a state dict has nothing of the layer's weights", () => {
    const layer = trained();
    const state = layer.stateDict();
    const before = layer.fp8State;
    layer.loadStateDict({ other: torch.ones([1]) }, { strict: false });
    layer.loadStateDict({ layer_norm_weight: torch.ones([16]) }, { strict: false });
    expect(layer.fp8State).toBe(before);
    layer.loadStateDict({ fc2_weight: state["fc2_weight"] as Tensor }, { strict: false });
    expect(layer.fp8State).toBeNull();
    for (const fuseQkvParams of [true, false]) {
      const block = new TransformerLayer(32, 32, 2, { fuseQkvParams });
      fp8Autocast({}, () => block.forward(torch.randn([2, 4, 32])));
      const qkv = block.selfAttention.layernormQkv;
      const key = `self_attention.layernorm_qkv.${fuseQkvParams ? "weight" : "key_weight"}`;
      const part = { [key]: block.stateDict()[key] as Tensor };
      block.loadStateDict({}, { strict: false });
      expect(qkv.fp8State).not.toBeNull();
      block.loadStateDict(part, { strict: false });
      expect(qkv.fp8State).toBeNull();
      expect(block.layernormMlp.fp8State).not.toBeNull();
    }
  });

  it("of another origin is ignored with a warning", async () => {
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const pickle = Uint8Array.from([0x80, 2, 0x7d, 0x71, 0, 0x2e]);
    const bytes = (array: Uint8Array): Tensor => tensor(array, { dtype: "uint8" });
    const good = encodeState(new DelayedState(1, 4, "cpu"), null);
    const n = good.numel();
    // A header of the right form whose sizes are not those of the numbers behind it.
    const claiming = (length: number, gemms: number): Tensor => {
      const text = Buffer.from(JSON.stringify({ version: 1, gemms, length, recipe: {} }));
      const size = Buffer.alloc(4);
      size.writeUInt32LE(text.length);
      return bytes(new Uint8Array(Buffer.concat([Buffer.from("fabric-fp8\n"), size, text])));
    };
    for (const foreign of [
      bytes(pickle),
      good.slice(0, 0, n - 1),
      good.slice(0, 0, 13),
      torch.cat([good, bytes(pickle)]),
      torch.ones([4]),
      claiming(9e12, 1),
      claiming(4, 9e12),
      claiming(9e15, 9e15),
      claiming(3, 1),
    ]) {
      const layer = new Linear(16, 16);
      layer.loadStateDict({ ...layer.stateDict(), _extra_state: foreign });
      expect(layer.fp8State).toBeNull();
    }
    expect(decodeState(good, 1, "x")?.length).toBe(4);
    expect(decodeState(good, 2, "Other")).toBeNull();
    expect(
      warned.mock.calls.some(([text]) => /with 1 products instead of 2/.test(String(text))),
    ).toBe(true);
    warned.mockRestore();
  });

  it("resets, resizes and moves", () => {
    const state = new DelayedState(1, 3, "cpu");
    state.forward.scale.fill_(3);
    state.forward.amaxHistory.copy_(torch.arange(0, 9).view([3, 3]));
    state.resize(2);
    expect(state.forward.amaxHistory.toArray()).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    state.resize(3);
    expect((state.forward.amaxHistory.toArray() as number[][])[2]).toEqual([0, 0, 0]);
    expect(state.forward.scale.toArray()).toEqual([3, 3, 3]);
    state.reset();
    expect(state.forward.scale.toArray()).toEqual([1, 1, 1]);
    expect(state.forward.amaxHistory.abs().sum().item()).toBe(0);
  });
});
