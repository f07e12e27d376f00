// 4-bit tables: made from float ones, drawn anew, and what they say when there is nothing to look up.
import * as torch from "@fabric/torch";
import { nn, type Tensor } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { codeOf } from "../../../../tools/test-support/code-of.js";
import { dequantize4bit, type QuantState, quantize4bit } from "../../src/functional/index.js";
import { Embedding4bit, Embedding8bit } from "../../src/nn/index.js";

const ids = torch.tensor([3, 0, 19], { dtype: "int64" });
const same = (a: Tensor, b: Tensor): boolean => a.dtype === b.dtype && a.equal(b);

describe("Embedding4bit", () => {
  it("comes from an Embedding without copying it", () => {
    for (const dtype of ["float32", "bfloat16"] as const) {
      const table = new nn.Embedding(20, 64, { paddingIdx: -1, dtype }).eval();
      const float = table.weight.detach().clone();
      const layer = Embedding4bit.fromEmbedding(table, { quantType: "nf4", blocksize: 32 });
      expect(layer.weight.dataPtr()).toBe(table.weight.dataPtr());
      expect([layer.paddingIdx, layer.training]).toEqual([19, false]);
      layer.to("cpu");
      const [packed, state] = quantize4bit(float, { blocksize: 32 });
      const rows = dequantize4bit(packed, state).indexSelect(0, ids);
      expect(same(layer.forward(ids), rows)).toBe(true);
      expect(same(table.weight.detach(), float)).toBe(true);
    }
    const fp4 = Embedding4bit.fromEmbedding(new nn.Embedding(20, 64)).weight.options;
    expect(fp4).toEqual(new Embedding4bit(20, 64).weight.options);
  });

  it("refuses other options and tables that scale rows down", () => {
    const table = new nn.Embedding(20, 64);
    const from = (options: object) => () => Embedding4bit.fromEmbedding(table, options as never);
    expect(codeOf(from({ compressStatistics: true }))).toBe("FABRIC_CONFIG_OPTION");
    expect(codeOf(from({ device: "cpu" }))).toBe("FABRIC_CONFIG_OPTION");
    const scaled = new nn.Embedding(20, 64, { maxNorm: 1 });
    for (const layer of [Embedding4bit, Embedding8bit]) {
      expect(codeOf(() => layer.fromEmbedding(scaled))).toBe("FABRIC_UNSUPPORTED_MAX_NORM");
      expect(() => layer.fromEmbedding(scaled)).toThrow(/maxNorm = 1/);
    }
  });

  it("draws a packed table anew, the padding row zero", () => {
    for (const dim of [64, 48]) {
      const table = new Embedding4bit(20, dim, { paddingIdx: 3, dtype: "float16" }).to("cpu");
      const before = table.dequantize();
      table.resetParameters();
      const after = table.dequantize();
      expect(table.weight.bnbQuantized).toBe(true);
      expect([after.dtype, after.shape]).toEqual(["float16", [20, dim]]);
      expect(same(after, before)).toBe(false);
      expect(after.select(0, 3).abs().max().item()).toBe(0);
      expect(after.float().std().item()).toBeGreaterThan(0.8);
    }
    const float = new Embedding4bit(20, 64, { paddingIdx: 3 });
    float.resetParameters();
    expect(float.weight.select(0, 3).abs().max().item()).toBe(0);
  });

  it("says whether it is not quantised or not loaded", () => {
    expect(codeOf(() => new Embedding4bit(20, 64).forward(ids))).toBe("FABRIC_USAGE_NOT_QUANTIZED");
    const empty = new Embedding4bit(20, 64, { device: "meta" }).toEmpty({ device: "cpu" });
    expect(codeOf(() => empty.forward(ids))).toBe("FABRIC_USAGE_NOT_LOADED");
    empty.resetParameters();
    expect(empty.forward(ids).shape).toEqual([3, 64]);
    const other = new Embedding4bit(20, 64).to("cpu");
    (other as nn.Embedding).weight = new nn.Parameter(torch.zeros([20, 64]));
    expect(codeOf(() => other.forward(ids))).toBe("FABRIC_USAGE_QUANT_STATE");
  });

  it("takes tables of no width", () => {
    const table = new Embedding4bit(20, 0).to("cpu");
    expect(table.forward(ids).shape).toEqual([3, 0]);
    const { absmax } = table.weight.quantState as QuantState;
    expect(absmax.shape).toEqual([0]);
  });
});
