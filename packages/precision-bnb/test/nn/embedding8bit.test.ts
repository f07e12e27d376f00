// 8-bit tables: lookups, and their life from meta to checkpoint.
import * as torch from "@fabric/torch";
import { nn, type Tensor } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { int8VectorwiseQuant } from "../../src/functional/int8.js";
import { Embedding8bit } from "../../src/nn/embedding8bit.js";

const farthest = (a: Tensor, b: Tensor): number =>
  a.double().sub(b.double()).abs().max().item() as number;
const indices = torch.tensor(
  [
    [3, 0],
    [19, 3],
  ],
  { dtype: "int64" },
);

describe("Embedding8bit", () => {
  it("looks rows up: codes times scale over 127, in the dtype of the table before", () => {
    for (const dtype of ["float32", "float16", "bfloat16"] as const) {
      const table = new Embedding8bit(20, 33, { dtype });
      const [q, stats] = int8VectorwiseQuant(table.weight.detach(), { roundHalf: true });
      table.to("cpu");
      const exact = q.double().mul(stats.double().unsqueeze(1)).div(127).to(dtype);
      const rows = table.forward(indices);
      expect([rows.shape, rows.dtype]).toEqual([[2, 2, 33], dtype]);
      // Two float32 roundings can end beside a tie of the 16-bit dtype.
      const unit = { float32: 2 ** -22, float16: 2 ** -10, bfloat16: 2 ** -7 }[dtype];
      const expected = exact.indexSelect(0, indices.flatten()).reshape([2, 2, 33]);
      expect(farthest(rows, expected)).toBeLessThanOrEqual(
        unit * (expected.abs().max().item() as number),
      );
      expect(
        farthest(rows, table.dequantize().indexSelect(0, indices.flatten()).reshape([2, 2, 33])),
      ).toBe(0);
      expect(table.forward(indices.slice(0, 0, 0)).shape).toEqual([0, 2, 33]);
    }
  });

  it("loses at most half a code", () => {
    const table = new nn.Embedding(50, 64);
    const packed = Embedding8bit.fromEmbedding(table).to("cpu");
    const step = table.weight.detach().abs().amax([1], true).div(127);
    const off = packed.dequantize().sub(table.weight.detach()).abs().div(step);
    // Half a code, and the float16 before.
    expect(off.max().item()).toBeLessThanOrEqual(0.5 + 127 * 2 ** -11);
    expect(table.weight.dtype).toBe("float32");
  });

  it("takes the padding row over", () => {
    const table = new nn.Embedding(20, 8, { paddingIdx: 3 });
    const layer = Embedding8bit.fromEmbedding(table).to("cpu");
    expect(layer.paddingIdx).toBe(3);
    layer.resetParameters();
    expect(layer.forward(indices).select(0, 0).select(0, 0).abs().max().item()).toBe(0);
    expect(new Embedding8bit(20, 8, { paddingIdx: -1 }).paddingIdx).toBe(19);
  });

  it("refuses to look up what is not there", () => {
    const code = (value: string) => expect.objectContaining({ code: value });
    const float = new Embedding8bit(20, 8);
    expect(() => float.forward(indices)).toThrow(code("FABRIC_USAGE_NOT_QUANTIZED"));
    const empty = new Embedding8bit(20, 8, { device: "meta" }).toEmpty({ device: "cpu" });
    expect(() => empty.forward(indices)).toThrow(code("FABRIC_USAGE_NOT_LOADED"));
    const table = new Embedding8bit(10, 8).to("cpu");
    expect(() => table.forward(indices)).toThrow(/index out of range|out of bounds/);
    expect(() => new Embedding8bit(4, 4, { maxNorm: 1 } as never)).toThrow(
      code("FABRIC_CONFIG_OPTION"),
    );
  });

  it("is saved and loaded", () => {
    const table = new Embedding8bit(20, 8).to("cpu");
    const record = table.stateDict();
    expect(Object.entries(record).map(([key, value]) => [key, value.dtype, value.shape])).toEqual([
      ["weight", "int8", [20, 8]],
      ["SCB", "float32", [20]],
      ["weight_format", "uint8", []],
    ]);
    const targets = [
      new Embedding8bit(20, 8),
      new Embedding8bit(20, 8).to("cpu"),
      new Embedding8bit(20, 8, { device: "meta" }).toEmpty({ device: "cpu" }),
      new Embedding8bit(20, 8, { device: "meta" }),
    ];
    for (const target of targets) {
      target.loadStateDict(record, { assign: target.weight.device === "meta" });
      expect(farthest(target.forward(indices), table.forward(indices))).toBe(0);
    }
    const packed = new Embedding8bit(20, 8).to("cpu");
    const floats = torch.randn([20, 8]);
    packed.loadStateDict({ weight: floats });
    expect(packed.weight.eq(int8VectorwiseQuant(floats.half())[0]).all().item()).toBe(true);
    const { weight } = record as { weight: Tensor };
    expect(() => packed.loadStateDict({ weight })).toThrow(/SCB is missing/);
  });

  it("is copied, moved, cast and drawn anew with its codes", () => {
    const table = new Embedding8bit(20, 8).to("cpu");
    const before = table.forward(indices);
    const copy = nn.copyModule(table);
    table.to("float16").to("cpu");
    expect(farthest(table.forward(indices), before)).toBe(0);
    copy.resetParameters();
    expect(copy.weight.dtype).toBe("int8");
    expect(farthest(copy.forward(indices), before)).toBeGreaterThan(0);
    expect(table.parameters().every((parameter) => !parameter.requiresGrad)).toBe(true);
  });
});
