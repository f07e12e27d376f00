// LLM.int8(): quantising rows, products of codes, and a layer with outlier columns.
import { functional as F, type Tensor, torch } from "@fabric/core";
import { atenOp, type BenchDevice, type DeviceCase, fabricOp } from "../case.js";
import { product8Cost, quantizeRowsCost } from "../cost.js";

/** Columns that hold outliers, of the layer's input. */
const OUTLIERS = 8;

/** The cases; on a GPU 8192 rows of 4096, and a weight of 14336 x 4096. */
export function int8Cases(device: BenchDevice): DeviceCase[] {
  const [rows, inputs, outputs] = device === "cuda" ? [8192, 4096, 14336] : [64, 128, 256];
  const quantize = (x: Tensor): Tensor[] =>
    fabricOp("int8_vectorwise_quant")(x, 0, true) as Tensor[];
  const input = (): Tensor => torch.randn([rows, inputs], { dtype: "bfloat16" });
  const weightOf = (): Tensor => torch.randn([outputs, inputs], { dtype: "bfloat16" });
  const size = `${rows} x ${inputs} x ${outputs}`;
  return [
    {
      group: "int8",
      name: `quantise rows, ${rows} x ${inputs} bfloat16`,
      operator: "fabric::int8_vectorwise_quant",
      cost: quantizeRowsCost(rows, inputs, 2),
      goal: 0.85,
      make: () => {
        const x = input();
        return {
          ours: () => void quantize(x),
          "libtorch's operators": () => {
            const values = x.float();
            const scales = values.abs().amax([1], true);
            values.mul(scales.reciprocal().mul(127)).round().to("int8");
          },
        };
      },
      python: { bitsandbytes: `bnb:quantizeRows:${rows}:${inputs}` },
    },
    {
      group: "int8",
      name: `product of codes, ${size}`,
      operator: "fabric::int8_scaled_mm",
      cost: product8Cost(rows, inputs, outputs, "int8"),
      goal: 0.7,
      make: () => {
        const [x, weight] = [input(), weightOf()];
        const [a, aScales] = quantize(x) as [Tensor, Tensor];
        const [b, bScales] = quantize(weight) as [Tensor, Tensor];
        const transposed = b.t();
        const factors = aScales
          .view([-1, 1])
          .mul(bScales.view([1, -1]))
          .div(127 * 127);
        const [multiply, intMm] = [fabricOp("int8_scaled_mm"), atenOp("_int_mm")];
        return {
          ours: () => void multiply(a, b, aScales, bScales, null, "bfloat16"),
          "libtorch's _int_mm": () =>
            void (intMm(a, transposed) as Tensor).float().mul(factors).to("bfloat16"),
          "bfloat16 linear": () => void F.linear(x, weight),
        };
      },
      python: { bitsandbytes: `bnb:int8:${rows}:${inputs}:${outputs}` },
    },
    {
      group: "int8",
      name: `layer with ${OUTLIERS} outlier columns, ${size}`,
      operator: "fabric::linear_8bit",
      cost: layerCost(rows, inputs, outputs),
      make: () => {
        const [x, weight] = [input(), weightOf()];
        for (let i = 0; i < OUTLIERS; i++)
          x.select(1, Math.floor((i * inputs) / OUTLIERS)).fill_(20);
        const [codes, scales] = quantize(weight) as [Tensor, Tensor];
        const layer = fabricOp("linear_8bit");
        return {
          ours: () => void layer(x, codes, scales, null, null, 6),
          "bfloat16 linear": () => void F.linear(x, weight),
        };
      },
      python: { bitsandbytes: `bnb:linear8:${rows}:${inputs}:${outputs}` },
    },
  ];
}

/** Rows are quantised, and their codes multiplied. */
function layerCost(rows: number, inputs: number, outputs: number) {
  const product = product8Cost(rows, inputs, outputs, "int8");
  return { ...product, bytes: product.bytes + quantizeRowsCost(rows, inputs, 2).bytes };
}
