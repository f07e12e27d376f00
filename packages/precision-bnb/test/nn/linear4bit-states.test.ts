// What a 4-bit layer owns: its state in copies and dictionaries, on meta, between forward and backward, in any storage and of no size.
import * as torch from "@fabric/torch";
import { nn, type Tensor } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { codeOf } from "../../../../tools/test-support/code-of.js";
import {
  createDynamicMap,
  dequantize4bit,
  QuantState,
  quantize4bit,
  quantizeBlockwise,
} from "../../src/functional/index.js";
import { dequantize } from "../../src/index.js";
import {
  Embedding4bit,
  Embedding8bit,
  Linear4bit,
  Linear8bitLt,
  LinearFP4,
  LinearNF4,
  Params4bit,
} from "../../src/nn/index.js";

function same(a: Tensor, b: Tensor): boolean {
  return a.dtype === b.dtype && a.equal(b);
}

function made(inF: number, outF: number, options: object = {}): Linear4bit {
  return new Linear4bit(inF, outF, { quantType: "nf4", ...options }).to("cpu");
}

describe("on the meta device", () => {
  const x = torch.randn([2, 64]);

  it("a packed layer says so, and computes again once it is loaded", () => {
    const layer = made(64, 4);
    const [before, record] = [layer.forward(x), layer.stateDict()];
    layer.to("meta");
    expect(codeOf(() => layer.forward(x))).toBe("FABRIC_USAGE_NOT_LOADED");
    expect(() => layer.forward(x)).toThrow(/on the meta device/);
    expect(layer.forward(x.to("meta")).device).toBe("meta");
    layer.loadStateDict(record, { assign: true });
    expect(same(layer.forward(x), before)).toBe(true);
    layer.to("meta").toEmpty({ device: "cpu" });
    expect(codeOf(() => layer.forward(x))).toBe("FABRIC_USAGE_NOT_LOADED");
    layer.loadStateDict(record);
    expect(same(layer.forward(x), before)).toBe(true);
  });

  it("so do frozen int8 layers and tables", () => {
    const int8 = new Linear8bitLt(64, 4, { hasFp16Weights: false }).to("cpu").to("meta");
    expect(() => int8.forward(x)).toThrow(/same device|on the meta device/);
    const ids = torch.tensor([1], { dtype: "int64" });
    for (const table of [
      new Embedding4bit(4, 64),
      new Embedding4bit(4, 48),
      new Embedding8bit(4, 64),
    ]) {
      table.to("cpu").to("meta");
      expect(codeOf(() => table.forward(ids))).toBe("FABRIC_USAGE_NOT_LOADED");
    }
  });

  it("a packed layer refuses an input there", () => {
    expect(() => made(64, 4).forward(x.to("meta"))).toThrow(
      /Expected all tensors to be on the same device/,
    );
  });
});

describe("a deep copy", () => {
  it("finds its own compute dtype", () => {
    const layer = made(64, 4);
    const copy = nn.copyModule(layer);
    copy.forward(torch.randn([2, 64]).bfloat16());
    expect([copy.compute.dtype, layer.compute.dtype]).toEqual(["bfloat16", null]);
    layer.compute.suggest("float16");
    expect([copy.compute.dtype, layer.compute.dtype]).toEqual(["bfloat16", "float16"]);
    const given = nn.copyModule(made(64, 4, { computeDtype: "bfloat16" }));
    given.forward(torch.randn([2, 64]));
    expect(given.compute.dtype).toBe("bfloat16");
  });

  it("has a state in memory of its own", () => {
    for (const compressStatistics of [false, true]) {
      const layer = made(64, 4, { compressStatistics });
      const before = layer.dequantize();
      const copy = nn.copyModule(layer);
      for (const t of copy.weight.quantState?.tensors() ?? []) t.zero_();
      copy.weight.zero_();
      expect(same(layer.dequantize(), before)).toBe(true);
    }
  });
});

describe("a state dict", () => {
  it("holds aliases: disposing of them leaves the layer as it is, writing to them does not", () => {
    for (const compressStatistics of [false, true]) {
      const layer = made(64, 4, { compressStatistics });
      const before = layer.dequantize();
      const record = layer.stateDict();
      for (const t of Object.values(record)) t.dispose();
      expect(same(layer.dequantize(), before)).toBe(true);
      layer.stateDict()["weight.absmax"]?.zero_();
      expect(same(layer.dequantize(), before)).toBe(false);
    }
  });

  it("holds no map of the process", () => {
    const before = createDynamicMap();
    const layer = made(64, 4);
    layer.stateDict()["weight.nested_quant_map"]?.mul_(2);
    layer.stateDict()["weight.quant_map"]?.mul_(2);
    quantizeBlockwise(torch.randn([64]))[1].code.mul_(2);
    quantize4bit(torch.randn([64]), { compressStatistics: true })[1].state2?.code.mul_(2);
    expect(same(quantizeBlockwise(torch.randn([64]))[1].code, before)).toBe(true);
    const { state2, code } = made(64, 4).weight.quantState as QuantState;
    expect(same(state2?.code as Tensor, before)).toBe(true);
    expect(code.abs().max().item()).toBe(1);
  });
});

describe("dequantising a model", () => {
  it("keeps ties", () => {
    class Tied extends nn.Module {
      a: nn.Module = made(64, 64);
      b: nn.Module = made(64, 64);
      c: nn.Module = made(64, 64);
      d: nn.Module = new Linear8bitLt(64, 64, { hasFp16Weights: false }).to("cpu");
      e: nn.Module = new Linear8bitLt(64, 64, { hasFp16Weights: false }).to("cpu");
    }
    const net = new Tied();
    (net.b as Linear4bit).weight = (net.a as Linear4bit).weight;
    (net.e as Linear8bitLt).weight = (net.d as Linear8bitLt).weight;
    const expected = (net.b as Linear4bit).dequantize().bfloat16();
    const { a, b, c, d, e } = dequantize(net, "bfloat16") as unknown as Record<string, nn.Linear>;
    expect(b?.weight).toBe(a?.weight);
    expect(e?.weight).toBe(d?.weight);
    expect(c?.weight).not.toBe(a?.weight);
    expect(same(b?.weight.detach() as Tensor, expected)).toBe(true);
  });
});

describe("packed codes of another storage", () => {
  const SIZES = [
    [5, 5],
    [64, 4],
    [3, 1],
    [7, 3],
  ] as const;
  const STORAGES = ["uint8", "float16", "bfloat16", "float32"] as const;

  it("are padded or cut to whole items", () => {
    for (const [k, n] of SIZES)
      for (const from of STORAGES)
        for (const quantStorage of STORAGES)
          for (const assign of [false, true]) {
            const options = { compressStatistics: false };
            const source = made(k, n, { ...options, quantStorage: from });
            const layer = made(k, n, { ...options, quantStorage });
            layer.loadStateDict(source.stateDict(), { assign });
            const message = `[${n}, ${k}], ${from} to ${quantStorage}, assign: ${assign}`;
            expect(layer.weight.dtype, message).toBe(quantStorage);
            const bytes = Math.ceil((k * n) / 2);
            const width = torch.itemsize(quantStorage);
            expect(layer.weight.shape, message).toEqual([Math.ceil(bytes / width), 1]);
            const x = torch.randn([2, k]);
            expect(same(layer.forward(x), source.forward(x)), message).toBe(true);
            expect(same(layer.dequantize(), source.dequantize()), message).toBe(true);
          }
  });

  it("may begin anywhere in memory", () => {
    const source = made(64, 4);
    const record = source.stateDict();
    const bytes = torch.cat([torch.zeros([1], { dtype: "uint8" }), source.weight.flatten()]);
    const layer = made(64, 4, { quantStorage: "float32" });
    layer.loadStateDict({ ...record, weight: bytes.narrow(0, 1, 128).view([-1, 1]) });
    expect(same(layer.dequantize(), source.dequantize())).toBe(true);
  });
});

describe("layers of no size", () => {
  it("compute what nn.Linear computes, and its gradients", () => {
    for (const [k, n] of [
      [0, 4],
      [64, 0],
      [0, 0],
    ] as const)
      for (const compressStatistics of [false, true]) {
        const layer = made(k, n, { compressStatistics });
        const plain = new nn.Linear(k, n);
        if (layer.bias !== null) plain.bias = new nn.Parameter(layer.bias.detach().clone());
        for (const sizes of [[2, 3, k], [0, k], [k]]) {
          const x = torch.randn(sizes).requiresGrad_();
          const other = x.detach().clone().requiresGrad_();
          const [y, expected] = [layer.forward(x), plain.forward(other)];
          expect(same(y, expected), `[${n}, ${k}] of [${sizes}]`).toBe(true);
          y.sum().backward();
          expected.sum().backward();
          expect(same(x.grad as Tensor, other.grad as Tensor)).toBe(true);
        }
      }
  });

  it("are saved and loaded", () => {
    const record = made(0, 4).stateDict();
    const layer = made(0, 4);
    layer.loadStateDict(record);
    const [packed, state] = quantize4bit(torch.zeros([4, 0]), { compressStatistics: true });
    expect(state.offset?.item()).toBe(0);
    expect(QuantState.fromDict(state.stateDict()).offset?.item()).toBe(0);
    expect(dequantize4bit(packed, state).shape).toEqual([4, 0]);
  });
});

describe("a weight that is to be trained", () => {
  it("is refused when it would be packed, with the way out", () => {
    const layer = new LinearNF4(64, 4);
    layer.weight.requiresGrad = true;
    const before = layer.weight.detach().clone();
    expect(codeOf(() => layer.to("cpu"))).toBe("FABRIC_USAGE_FROZEN_WEIGHT");
    expect(() => layer.to("cpu")).toThrow(/requiresGrad = false and train adapters/);
    const record = made(64, 4).stateDict();
    expect(codeOf(() => layer.loadStateDict(record))).toBe("FABRIC_CHECKPOINT_SHAPE");
    expect(codeOf(() => layer.toEmpty({ device: "cpu" }))).toBe("FABRIC_USAGE_FROZEN_WEIGHT");
    const onMeta = new LinearNF4(64, 4, { device: "meta", bias: false });
    onMeta.weight.requiresGrad = true;
    const load = () => onMeta.loadStateDict({ weight: before }, { assign: true });
    expect(codeOf(load)).toBe("FABRIC_CHECKPOINT_SHAPE");
    expect(same(layer.weight.detach(), before)).toBe(true);
    layer.weight.requiresGrad = false;
    expect(layer.to("cpu").weight.bnbQuantized).toBe(true);
  });
});

describe("a load between forward and backward", () => {
  it("leaves the gradient that of the weight that was multiplied", () => {
    for (const compressStatistics of [false, true]) {
      const layer = made(64, 4, { compressStatistics });
      const x = torch.randn([2, 64]).requiresGrad_();
      const weight = layer.dequantize();
      const y = layer.forward(x);
      layer.loadStateDict(made(64, 4, { compressStatistics }).stateDict());
      expect(same(layer.dequantize(), weight)).toBe(false);
      y.sum().backward();
      const off = (x.grad as Tensor).sub(weight.sum(0)).abs().max().item();
      expect(off).toBeLessThan(1e-6);
    }
  });
});

describe("wrong options", () => {
  const weight = torch.randn([64]);
  const cases: [string, string, () => unknown][] = [
    ["LinearNF4 of FP4", "QUANT_TYPE", () => new LinearNF4(2, 2, { quantType: "fp4" } as object)],
    ["LinearFP4 of NF4", "QUANT_TYPE", () => new LinearFP4(2, 2, { quantType: "nf4" } as object)],
    [
      "LinearNF4.fromLinear with FP4",
      "QUANT_TYPE",
      () => LinearNF4.fromLinear(new nn.Linear(2, 2), { quantType: "fp4" }),
    ],
    [
      "compressStatistics as text",
      "ARGUMENT",
      () => new Linear4bit(2, 2, { compressStatistics: "yes" as never }),
    ],
    [
      "the same in Params4bit",
      "ARGUMENT",
      () => new Params4bit(weight, { compressStatistics: 1 as never }),
    ],
    [
      "the same in quantize4bit",
      "ARGUMENT",
      () => quantize4bit(weight, { compressStatistics: "yes" as never }),
    ],
    ["nested as text", "ARGUMENT", () => quantizeBlockwise(weight, { nested: "yes" as never })],
    ...["foo", "int8", "int32", 1].map((computeDtype): [string, string, () => unknown] => [
      `${computeDtype} as computeDtype`,
      "DTYPE",
      () => new LinearNF4(2, 2, { computeDtype: computeDtype as never }),
    ]),
    ["a misspelt option", "OPTION", () => createDynamicMap({ sgned: true } as object)],
    ["signed as text", "ARGUMENT", () => createDynamicMap({ signed: "no" as never })],
    ["null in quantize4bit", "OPTION", () => quantize4bit(weight, null as never)],
    ["text in quantize4bit", "OPTION", () => quantize4bit(weight, "nf4" as never)],
    ["null in createDynamicMap", "OPTION", () => createDynamicMap(null as never)],
    ["null in Linear4bit", "OPTION", () => new Linear4bit(2, 2, null as never)],
    ["null in LinearNF4", "OPTION", () => new LinearNF4(2, 2, null as never)],
    ["null in Params4bit", "OPTION", () => new Params4bit(weight, null as never)],
    [
      "null in fromLinear",
      "OPTION",
      () => Linear4bit.fromLinear(new nn.Linear(2, 2), null as never),
    ],
  ];
  for (const [what, code, run] of cases)
    it(`${what}: FABRIC_CONFIG_${code}`, () => {
      expect(codeOf(run)).toBe(`FABRIC_CONFIG_${code}`);
    });

  it("the layer's own type is no wrong one", () => {
    const layer = LinearNF4.fromLinear(new nn.Linear(2, 2), { quantType: "nf4" });
    expect(layer.weight.quantType).toBe("nf4");
    expect(new LinearFP4(2, 2).weight.quantType).toBe("fp4");
  });
});
