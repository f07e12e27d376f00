// FP8: casts with the largest magnitude, with the transpose, and out of a layer norm.
import { functional as F, type Tensor, torch } from "@fabric/core";
import { type BenchDevice, type DeviceCase, fabricOp } from "../case.js";
import { cast8Cost } from "../cost.js";

const FP8 = "float8_e4m3fn";
const EPSILON = 1e-5;

/** The cases; on a GPU 8192 rows of 4096. */
export function fp8Cases(device: BenchDevice): DeviceCase[] {
  const [rows, columns] = device === "cuda" ? [8192, 4096] : [64, 128];
  const cases: DeviceCase[] = [];
  for (const transpose of [false, true]) {
    const more = transpose ? " and transpose" : "";
    cases.push({
      group: "fp8",
      name: `cast${more}, ${rows} x ${columns} bfloat16`,
      operator: "fabric::fp8_cast",
      cost: cast8Cost(rows, columns, { transpose }),
      goal: transpose ? 0.8 : 0.85,
      make: () => {
        const { x, scale, history } = buffers(rows, columns);
        const cast = fabricOp("fp8_cast");
        return {
          ours: () => void cast(x, scale, 0, history, FP8, transpose),
          "libtorch's operators": () => castByOperators(x, scale, history, transpose),
        };
      },
    });
    cases.push({
      group: "fp8",
      name: `layer norm and cast${more}, ${rows} x ${columns} bfloat16`,
      operator: "fabric::fp8_layer_norm_cast",
      cost: cast8Cost(rows, columns, { transpose, perRow: 8 }),
      goal: 0.8,
      make: () => {
        const { x, scale, history, weight, bias } = buffers(rows, columns);
        const cast = fabricOp("fp8_layer_norm_cast");
        const norm = (): Tensor => F.layerNorm(x, [columns], { weight, bias, eps: EPSILON });
        return {
          ours: () => void cast(x, weight, bias, EPSILON, false, scale, 0, history, FP8, transpose),
          "libtorch's operators": () => castByOperators(norm(), scale, history, transpose),
        };
      },
    });
  }
  return cases;
}

function buffers(rows: number, columns: number) {
  return {
    x: torch.randn([rows, columns], { dtype: "bfloat16" }),
    weight: torch.ones([columns], { dtype: "bfloat16" }),
    bias: torch.zeros([columns], { dtype: "bfloat16" }),
    scale: torch.ones([1]),
    history: torch.zeros([16, 1]),
  };
}

function castByOperators(x: Tensor, scale: Tensor, history: Tensor, transpose: boolean): void {
  const wide = x.float();
  history.select(0, 0).copy_(wide.abs().amax().view([1]));
  const codes = wide.mul(scale).clamp(-448, 448).to(FP8);
  if (transpose) codes.t().contiguous();
}
