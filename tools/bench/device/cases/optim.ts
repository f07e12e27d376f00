// What happens between backward and the next step: Adam with 8-bit moments, and one pass over the gradients.
import { type Tensor, torch } from "@fabric/core";
import { optim as bnb } from "@fabric/precision-bnb";
import { atenOp, type BenchDevice, type DeviceCase, fabricOp } from "../case.js";
import { adam8Cost, unscaleCost } from "../cost.js";

/** The cases. */
export function optimCases(device: BenchDevice): DeviceCase[] {
  const large = device === "cuda" ? 2 ** 26 : 2 ** 14;
  const many = device === "cuda" ? 1000 : 8;
  return [
    adamCase(1, large, "bfloat16"),
    adamCase(1, large, "float32"),
    adamCase(many, 4200, "bfloat16"),
    unscaleCase(device, true),
    unscaleCase(device, false),
  ];
}

function adamCase(count: number, size: number, dtype: "bfloat16" | "float32"): DeviceCase {
  return {
    group: "optim",
    name: `Adam8bit, ${count} of ${size} ${dtype}`,
    operator: "fabric::optimizer_update_8bit_blockwise_",
    cost: adam8Cost(count * size, dtype === "float32" ? 4 : 2),
    ...(count === 1 ? { goal: 0.8 } : {}),
    make: () => {
      const step = (make: (params: Tensor[]) => torch.optim.Optimizer): (() => void) => {
        const params = Array.from({ length: count }, () => {
          const param = torch.randn([size], { dtype }).requiresGrad_(true);
          param.grad = torch.randn([size], { dtype });
          return param;
        });
        const optimizer = make(params);
        return () => void optimizer.step();
      };
      return {
        ours: step((params) => new bnb.Adam8bit(params)),
        "fused Adam, moments as wide as parameters": step((params) => new torch.optim.Adam(params)),
      };
    },
    python: { bitsandbytes: `bnb:adam8:${count}:${size}:${dtype}` },
  };
}

function unscaleCase(device: BenchDevice, write: boolean): DeviceCase {
  const [count, size] = device === "cuda" ? [128, 2 ** 21] : [8, 2 ** 10];
  return {
    group: "optim",
    name: `${write ? "unscale, finite check and norm" : "norm and finite check"}, ${count} of ${size} float32`,
    operator: "fabric::amp_unscale_norm_",
    cost: unscaleCost(count * size, 4, write),
    goal: 0.9,
    make: () => {
      const grads = Array.from({ length: count }, () => torch.randn([size]));
      const [found, scale] = [torch.zeros([1]), torch.ones([1])];
      const unscale = atenOp("_amp_foreach_non_finite_check_and_unscale_");
      const norms = atenOp("_foreach_norm");
      return {
        ours: () => void fabricOp("amp_unscale_norm_")(grads, found, scale, write),
        "libtorch's foreach operators": () => {
          if (write) unscale(grads, found, scale);
          torch.stack(norms(grads) as Tensor[]).norm();
        },
      };
    },
  };
}
