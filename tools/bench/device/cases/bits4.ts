// NF4: quantising, dequantising, and products with few and many rows.
import { functional as F, type Tensor, torch } from "@fabric/core";
import { type BenchDevice, type DeviceCase, fabricOp } from "../case.js";
import { linear4Cost, quantize4Cost } from "../cost.js";

const BLOCK = 64;

/** The cases; on a GPU a weight of 14336 x 4096. */
export function bits4Cases(device: BenchDevice): DeviceCase[] {
  const [outputs, inputs] = device === "cuda" ? [14336, 4096] : [256, 128];
  const weightOf = (): Tensor => torch.randn([outputs, inputs], { dtype: "bfloat16" });
  const codesOf = (weight: Tensor): Tensor[] =>
    fabricOp("quantize_4bit")(weight, BLOCK, "nf4", "uint8") as Tensor[];
  const size = `${outputs} x ${inputs} bfloat16`;
  const quantize: DeviceCase = {
    group: "nf4",
    name: `quantise ${size}`,
    operator: "fabric::quantize_4bit",
    cost: quantize4Cost(outputs * inputs, 2, BLOCK),
    goal: 0.8,
    make: () => {
      const [weight, middles] = [weightOf(), torch.linspace(-0.9, 0.9, 15)];
      return {
        ours: () => void codesOf(weight),
        "libtorch's operators": () => void quantizeByOperators(weight, middles),
      };
    },
    python: { bitsandbytes: `bnb:quantize4:${outputs}:${inputs}` },
  };
  const dequantize: DeviceCase = {
    group: "nf4",
    name: `dequantise ${size}`,
    operator: "fabric::dequantize_4bit",
    cost: quantize4Cost(outputs * inputs, 2, BLOCK),
    goal: 0.85,
    make: () => {
      const [codes, scales] = codesOf(weightOf()) as [Tensor, Tensor];
      const table = torch.linspace(-1, 1, 16);
      const shape = [outputs, inputs];
      return {
        ours: () =>
          void fabricOp("dequantize_4bit")(codes, scales, BLOCK, "nf4", shape, "bfloat16"),
        "libtorch's operators": () => void dequantizeByOperators(codes, scales, table, shape),
      };
    },
    python: { bitsandbytes: `bnb:dequantize4:${outputs}:${inputs}` },
  };
  const products = [1, 16, 64, 128].map(
    (rows): DeviceCase => ({
      group: "nf4",
      name: `product, ${rows} ${rows === 1 ? "row" : "rows"}, ${size}`,
      operator: "fabric::linear_4bit",
      cost: linear4Cost(rows, inputs, outputs, BLOCK),
      goal: { 1: 0.75, 16: 0.65 }[rows] ?? 0.55,
      make: () => {
        const weight = weightOf();
        const [codes, scales] = codesOf(weight) as [Tensor, Tensor];
        const x = torch.randn([rows, inputs], { dtype: "bfloat16" });
        const shape = [outputs, inputs];
        const multiply = fabricOp("linear_4bit");
        return {
          ours: () => void multiply(x, codes, scales, shape, BLOCK, "nf4", "bfloat16"),
          "bfloat16 linear": () => void F.linear(x, weight),
        };
      },
      python: { bitsandbytes: `bnb:linear4:${outputs}:${inputs}:${rows}` },
    }),
  );
  return [quantize, dequantize, ...products];
}

/** The same passes in libtorch's operators; evenly spaced codes cost what NF4's do. */
function quantizeByOperators(weight: Tensor, middles: Tensor): Tensor {
  const blocks = weight.view([-1, BLOCK]).float();
  const scales = blocks.abs().amax([1], true);
  const codes = torch.bucketize(blocks.div(scales), middles).to("uint8").view([-1, 2]);
  return codes.select(1, 0).mul(16).add(codes.select(1, 1));
}

function dequantizeByOperators(
  codes: Tensor,
  scales: Tensor,
  table: Tensor,
  shape: number[],
): Tensor {
  const bytes = codes.view([-1, 1]).to("int32");
  const pairs = torch.cat([bytes.div(16, { roundingMode: "floor" }), bytes.remainder(16)], 1);
  const values = table.indexSelect(0, pairs.view([-1])).view([-1, BLOCK]);
  return values
    .mul(scales.view([-1, 1]))
    .to("bfloat16")
    .view(shape);
}
