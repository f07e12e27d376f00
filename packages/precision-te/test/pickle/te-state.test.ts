// Transformer Engine's pickled `_extra_state`: what PyTorch wrote is read back, and nothing else than values can come out of it.
import * as torch from "@fabric/torch";
import { nn, type Tensor, tensor } from "@fabric/torch";
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import {
  Float8CurrentScaling,
  fp8Autocast,
  LayerNorm,
  LayerNormMLP,
  Linear,
  RMSNorm,
} from "../../src/index.js";
import { readPickled } from "../../src/pickle/index.js";
import { readTeState } from "../../src/state/te-state.js";
import { FIXTURES, fixture, readDamaged } from "./damage.js";

function asTensor(bytes: Uint8Array): Tensor {
  return tensor(new Uint8Array(bytes), { dtype: "uint8" });
}

function problemOf(bytes: Buffer): string {
  const found = readTeState(bytes);
  return "problem" in found ? found.problem : "read";
}

let warned: MockInstance<typeof process.emitWarning>;
beforeEach(() => {
  warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
});
afterEach(() => warned.mockRestore());

/** What make-fixtures.py gives a state. */
function expectScales(layer: Linear | LayerNormMLP, gemms: number, length: number): void {
  const state = layer.fp8State;
  for (const [direction, slots, start] of [
    ["forward", 3 * gemms, 1],
    ["backward", 2 * gemms, 100],
  ] as const) {
    const scale = torch.arange(start, start + slots, { dtype: "float32" }).div(3);
    const history = torch
      .arange(0, length * slots, { dtype: "float32" })
      .view([length, slots])
      .div(7)
      .add(start);
    expect(torch.equal(state?.[direction].scale as Tensor, scale)).toBe(true);
    expect(torch.equal(state?.[direction].amaxHistory as Tensor, history)).toBe(true);
  }
}

describe("Transformer Engine's extra state", () => {
  it.each(["te2-linear", "te1-archive"])("gives a layer its scales and histories: %s", (name) => {
    const layer = new Linear(16, 16);
    layer.loadStateDict({ ...layer.stateDict(), _extra_state: asTensor(fixture(name)) });
    expectScales(layer, 1, 5);
    expect(warned).not.toHaveBeenCalled();
    // It is used, and resized to the region's recipe.
    const before = layer.fp8State?.forward.scale.clone() as Tensor;
    fp8Autocast({ recipe: { amaxHistoryLen: 2 } }, () => layer.forward(torch.randn([16, 16])));
    expect(layer.fp8State?.length).toBe(2);
    expect(torch.equal(layer.fp8State?.forward.scale as Tensor, before)).toBe(false);
  });

  it("gives a layer with two products both", () => {
    const layer = new LayerNormMLP(16, 32);
    layer.loadStateDict({ ...layer.stateDict(), _extra_state: asTensor(fixture("te2-mlp")) });
    expectScales(layer, 2, 3);
    const linear = new Linear(16, 16);
    linear.loadStateDict({ ...linear.stateDict(), _extra_state: asTensor(fixture("te2-mlp")) });
    expect(linear.fp8State).toBeNull();
    expect(String(warned.mock.calls[0]?.[0])).toMatch(/with 2 products instead of 1/);
  });

  it.each(["views", "views-archive"])("reads tensors that are views of others: %s", (name) => {
    const found = readTeState(fixture(name)) as { state: NonNullable<Linear["fp8State"]> };
    const expected = torch.arange(0, 40, { dtype: "float32" }).slice(0, 2, 14).view([3, 4]).t();
    expect(torch.equal(found.state.forward.amaxHistory, expected)).toBe(true);
    expect(found.state.backward.amaxHistory.toArray()).toEqual([
      [20, 21],
      [22, 23],
      [24, 25],
      [26, 27],
    ]);
  });

  it.each(["te2-current", "te2-none", "te1-archive-none"])(
    "is no state, and no warning, where there was none to save: %s",
    (name) => {
      const layer = new Linear(16, 16);
      fp8Autocast({}, () => layer.forward(torch.randn([16, 16])));
      layer.loadStateDict({ ...layer.stateDict(), _extra_state: asTensor(fixture(name)) });
      expect(layer.fp8State).toBeNull();
      expect(warned).not.toHaveBeenCalled();
      fp8Autocast({ recipe: new Float8CurrentScaling() }, () =>
        layer.forward(torch.randn([16, 16])),
      );
    },
  );

  it.each(["harmful", "harmful-archive"])(
    "is ignored with one warning that names what it asks for: %s",
    (name) => {
      const state = { _extra_state: asTensor(fixture(name)) };
      const layer = new Linear(16, 16);
      layer.loadStateDict({ ...layer.stateDict(), ...state });
      layer.loadStateDict({ ...layer.stateDict(), ...state });
      expect(layer.fp8State).toBeNull();
      expect(warned.mock.calls.length).toBe(1);
      expect(String(warned.mock.calls[0]?.[0])).toMatch(
        /its FP8 scales are ignored, because .*print/,
      );
      expect(problemOf(fixture(name))).toMatch(/asks for `(builtins|__builtin__)\.print`/);
      expect(() => readPickled(fixture(name))).toThrow(
        expect.objectContaining({ code: "FABRIC_CHECKPOINT_PICKLE" }),
      );
    },
  );

  it("may stand beside a norm, which has none, and an empty dictionary is no state", () => {
    const empty = Uint8Array.from([0x80, 4, 0x7d, 0x94, 0x2e]);
    const net = new nn.Sequential(new LayerNorm(16), new RMSNorm(16), new Linear(16, 16));
    const { "2._extra_state": _, ...plain } = net.stateDict();
    const state = Object.fromEntries(
      ["0", "1", "2"].map((i) => [`${i}._extra_state`, asTensor(empty)]),
    );
    expect(net.loadStateDict({ ...plain, ...state })).toEqual({
      missingKeys: [],
      unexpectedKeys: [],
    });
    expect((net.at(2) as Linear).fp8State).toBeNull();
    expect(warned).not.toHaveBeenCalled();
  });

  it("refuses numbers of another dtype, and more of them than are stored", () => {
    expect(problemOf(fixture("doubles"))).toMatch(/DoubleStorage instead of float32/);
    expect(problemOf(fixture("expanded"))).toMatch(/\[5, 3\] reaches past its 1 stored/);
  });
});

describe("pickles that Python would run", () => {
  const text = (s: string): number[] => [0x8c, s.length, ...Buffer.from(s)];
  const ask = (module: string, name: string): number[] => [...text(module), ...text(name), 0x93];
  const pickle = (...bytes: number[]): Buffer => Buffer.from([0x80, 4, ...bytes]);

  it.each([
    ["calls of the system", [...ask("os", "system"), ...text("id"), 0x85, 0x52, 0x2e]],
    ["eval", [...ask("builtins", "eval"), ...text("1"), 0x85, 0x52, 0x2e]],
    ["getattr", [...ask("builtins", "getattr"), 0x2e]],
    ["a path through a listed module", [...ask("torch.storage", "io.os.system"), 0x2e]],
    ["a global of the older form", [0x63, ...Buffer.from("posix\nsystem\n"), 0x2e]],
    ["an extension", [0x82, 1, 0x2e]],
    ["instances", [0x28, 0x69, ...Buffer.from("os\nsystem\n"), 0x2e]],
    ["a persistent object", [...text("x"), 0x51, 0x2e]],
    ["an out-of-band buffer", [0x97, 0x2e]],
    ["a call of what is no function", [...text("x"), 0x29, 0x52, 0x2e]],
    ["fields of a dictionary", [0x7d, 0x7d, 0x62, 0x2e]],
  ])("are refused: %s", (_, bytes) => {
    expect(() => readPickled(pickle(...bytes))).toThrow(
      expect.objectContaining({ code: "FABRIC_CHECKPOINT_PICKLE" }),
    );
  });

  it("cannot ask for more memory or depth than they have bytes", () => {
    const refused = expect.objectContaining({ code: "FABRIC_CHECKPOINT_PICKLE" });
    // 4 GB of text, 2^60 bytes, a frame of as many.
    expect(() => readPickled(pickle(0x58, 255, 255, 255, 255, 0x2e))).toThrow(refused);
    expect(() => readPickled(pickle(0x8e, 0, 0, 0, 0, 0, 0, 0, 16, 0x2e))).toThrow(refused);
    expect(() => readPickled(pickle(0x95, 0, 0, 0, 0, 0, 0, 0, 16, 0x2e))).toThrow(refused);
    // A list in a list in a list, a hundred thousand deep; and one that holds itself, as a key's name too.
    const deep = Buffer.concat([
      pickle(),
      Buffer.alloc(1e5, 0x5d),
      Buffer.alloc(99_999, 0x61),
      Buffer.of(0x2e),
    ]);
    expect(Array.isArray(readPickled(deep))).toBe(true);
    expect(problemOf(deep)).toMatch(/no dictionary/);
    const cycle = [0x5d, 0x94, 0x68, 0, 0x61];
    expect(() => readPickled(pickle(...cycle, 0x68, 0, 0x93, 0x2e))).toThrow(refused);
    expect(() => readPickled(pickle(0x7d, ...cycle, 0x4e, 0x73, 0x2e))).toThrow(refused);
    // More values than any state has: remembered, on the stack, or marks.
    for (const bytes of [[0x4e, 0x94], [0x7d], [0x28]]) {
      const many = Buffer.concat(Array.from({ length: 300_000 }, () => Buffer.from(bytes)));
      expect(() => readPickled(Buffer.concat([pickle(), many]))).toThrow(
        /more than 262144 opcodes/,
      );
    }
    // The same tensor's bytes, loaded again and again.
    const stream = Buffer.alloc(50_000);
    const loads = Array.from({ length: 3 }, () => [0x30, 0x68, 0, 0x68, 1, 0x85, 0x52]).flat();
    const bomb = pickle(
      ...ask("torch.storage", "_load_from_bytes"),
      0x94,
      0x42,
      ...new Uint8Array(new Uint32Array([stream.length]).buffer),
      ...stream,
      0x94,
      ...loads,
      0x2e,
    );
    expect(() => readPickled(bomb)).toThrow(refused);
    expect(() => readPickled(Buffer.alloc((1 << 24) + 1))).toThrow(refused);
  });
});

describe("damaged state", () => {
  it("is always read or refused, and quickly", () => {
    const { read, refused, longestMs } = readDamaged(4_000);
    expect(read + refused).toBe(4_000);
    expect(Math.min(read, refused)).toBeGreaterThan(80);
    expect(longestMs).toBeLessThan(500);
  });

  it("at any cut is refused", () => {
    for (const name of FIXTURES) {
      const whole = fixture(name);
      for (let size = 4; size < whole.length; size += 7)
        expect(() => readPickled(whole.subarray(0, size))).toThrow(
          expect.objectContaining({ code: "FABRIC_CHECKPOINT_PICKLE" }),
        );
    }
  });
});
