import { describe, expect, it } from "vitest";
import { testDevice } from "../../../../../tools/test-support/device.js";
import * as torch from "../../../src/index.js";
import { expectTensor, readCases } from "../fixtures.js";

const { nn } = torch;
const { init } = nn;
type T = torch.Tensor;

interface InitCase {
  name: string;
  seed: number;
  result: Parameters<typeof expectTensor>[1];
  next: number;
}

const CALLS: Record<string, (t: T) => T> = {
  uniform_: (t) => init.uniform_(t, -2, 3),
  normal_: (t) => init.normal_(t, 1, 2),
  constant_: (t) => init.constant_(t, 0.3),
  ones_: (t) => init.ones_(t),
  zeros_: (t) => init.zeros_(t),
  xavierUniform_: (t) => init.xavierUniform_(t, 5 / 3),
  xavierNormal_: (t) => init.xavierNormal_(t),
  kaimingUniform_: (t) => init.kaimingUniform_(t, { a: 0.1, mode: "fanOut" }),
  kaimingNormal_: (t) => init.kaimingNormal_(t, { nonlinearity: "relu" }),
  truncNormal_: (t) => init.truncNormal_(t, 0, 0.02),
  "truncNormal_ narrow": (t) => init.truncNormal_(t, 0, 1.5, -1, 1),
  "truncNormal_ in the tail": (t) => init.truncNormal_(t, 0, 1, 2, 3),
  orthogonal_: (t) => init.orthogonal_(t),
  "orthogonal_ tall": (t) => init.orthogonal_(t, 2),
  eye_: (t) => init.eye_(t),
};

describe("initialisers", () => {
  for (const stored of readCases<InitCase>("init.json")) {
    it(`fills with ${stored.name} what PyTorch fills, and leaves the generator where PyTorch leaves it`, () => {
      torch.manualSeed(stored.seed);
      const tensor = torch.empty(stored.result.shape);
      expect(CALLS[stored.name]?.(tensor)).toBe(tensor);
      // A QR decomposition may be another LAPACK's: a few float32 units; all others are the same draws.
      const tolerance = stored.name.startsWith("orthogonal_")
        ? { rtol: 1e-5, atol: 1e-6 }
        : "exact";
      expectTensor(tensor, stored.result, stored.name, tolerance);
      expect(torch.rand([1]).item()).toBe(stored.next);
    });
  }

  it("works on parameters without recording the change", () => {
    const parameter = new nn.Parameter(torch.zeros([2, 2]));
    init.eye_(parameter);
    expect(parameter.isLeaf).toBe(true);
    expect(parameter.toArray()).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  it("takes settings by position or by name", () => {
    const draw = (fill: (t: T) => T): unknown => {
      torch.manualSeed(6);
      return fill(torch.empty([3, 3])).toArray();
    };
    expect(draw((t) => init.normal_(t, { std: 0.02 }))).toEqual(
      draw((t) => init.normal_(t, 0, 0.02)),
    );
    expect(draw((t) => init.truncNormal_(t, { std: 0.02 }))).toEqual(
      draw((t) => init.truncNormal_(t, 0, 0.02)),
    );
    expect(draw((t) => init.xavierUniform_(t, { gain: 2 }))).toEqual(
      draw((t) => init.xavierUniform_(t, 2)),
    );
    expect(() => init.normal_(torch.empty([1]), { sd: 1 } as never)).toThrow(/unknown option `sd`/);
  });

  it("draws from a generator of one's own", () => {
    const draw = (): unknown =>
      init
        .normal_(torch.empty([3]), 0, 1, {
          generator: new torch.Generator(testDevice).manualSeed(9),
        })
        .toArray();
    expect(draw()).toEqual(draw());
  });

  it("knows the gains of nonlinearities in both spellings", () => {
    expect(init.calculateGain("relu")).toBe(Math.SQRT2);
    expect(init.calculateGain("tanh")).toBe(5 / 3);
    expect(init.calculateGain("leaky_relu", 1)).toBe(1);
    expect(init.calculateGain("leakyRelu", 1)).toBe(1);
    expect(() => init.calculateGain("swish" as never)).toThrow(/received "swish"/);
    expect(() => init.xavierNormal_(torch.zeros([3]))).toThrow(/at least 2 dimensions/);
  });

  it("leaves layers built inside skipInit uninitialised and draws nothing", () => {
    torch.manualSeed(4);
    const first = torch.rand([1]).item();
    torch.manualSeed(4);
    init.skipInit(() => new nn.Linear(3, 3));
    expect(torch.rand([1]).item()).toBe(first);
    torch.manualSeed(4);
    new nn.Linear(3, 3);
    expect(torch.rand([1]).item()).not.toBe(first);
  });
});
