// Layers and whole steps: a linear layer in FP8, and a training step of a GPT that is recorded.
import { functional as F, Fabric, type nn, optim, type Tensor, torch } from "@fabric/core";
import { DelayedScaling, fp8Autocast, Linear } from "@fabric/precision-te";
import { Gpt, type GptConfig, gptLoss } from "../../../../docs/examples/gpt-model.js";
import type { BenchDevice, DeviceCase } from "../case.js";
import { product8Cost } from "../cost.js";

/** 10.7 million parameters. */
const GPT: GptConfig = { layers: 6, width: 384, heads: 6, context: 256, vocab: 65 };
const SMALL: GptConfig = { layers: 1, width: 32, heads: 2, context: 16, vocab: 65 };

/** The cases. */
export function modelCases(device: BenchDevice): DeviceCase[] {
  return [linearCase(device), gptCase(device)];
}

function linearCase(device: BenchDevice): DeviceCase {
  const width = device === "cuda" ? 8192 : 128;
  return {
    group: "models",
    name: `FP8 linear layer, forward, ${width} x ${width} x ${width}`,
    operator: "fabric::fp8_cast",
    // The product and the cast of its input; the weight's codes are kept.
    cost: product8Cost(width, width, width, "float8"),
    make: () => {
      const recipe = new DelayedScaling();
      const [x, layer, dense] = torch.noGrad(() => [
        torch.randn([width, width], { dtype: "bfloat16" }),
        new Linear(width, width, { bias: false, dtype: "bfloat16" }),
        torch.randn([width, width], { dtype: "bfloat16" }),
      ]);
      return {
        ours: () => torch.noGrad(() => fp8Autocast({ recipe }, () => void layer.forward(x))),
        "bfloat16 linear": () => void F.linear(x, dense),
      };
    },
    python: { TransformerEngine: `te:linear:${width}` },
  };
}

function gptCase(device: BenchDevice): DeviceCase {
  const [config, batch] = device === "cuda" ? [GPT, 16] : [SMALL, 2];
  const sizes = `${config.layers}:${config.width}:${config.heads}:${config.context}:${config.vocab}:${batch}`;
  const parameters = 12 * config.layers * config.width ** 2;
  return {
    group: "models",
    name: `training step of a GPT of ${(parameters / 1e6).toPrecision(3)} million, bf16-mixed, batch ${batch}`,
    operator: null,
    // Forward and backward are three products of each weight with each token; attention, norms and the optimizer are not counted.
    cost: { bytes: parameters * 28, flops: 6 * parameters * batch * config.context },
    record: false,
    make: () => {
      const eager = stepOf(device, config, batch);
      const recorded = device === "cuda" ? stepOf(device, config, batch, true) : eager;
      return device === "cuda" ? { ours: recorded, "ours, not recorded": eager } : { ours: eager };
    },
    python: {
      "Lightning Fabric": `lightning:gpt:${sizes}`,
      "Python's torch": `torch:gpt:${sizes}`,
    },
  };
}

/** One step through Fabric on a batch of whole contexts; the loss is not read. */
function stepOf(device: BenchDevice, config: GptConfig, batch: number, record = false): () => void {
  torch.manualSeed(1);
  const fabric = new Fabric({ accelerator: device, devices: 1, precision: "bf16-mixed" });
  const net: nn.Module = new Gpt(config);
  const [model, optimizer] = fabric.setup(
    net,
    new optim.AdamW(net.parameters(), { lr: 1e-4, eps: 1e-6 }),
  );
  const draw = (): Tensor => torch.randint(0, config.vocab, [batch, config.context]);
  const [tokens, next] = [draw(), draw()];
  const step = (input: Tensor, target: Tensor): Tensor => {
    optimizer.zeroGrad();
    const loss = gptLoss((model as unknown as Gpt).forward(input), target);
    fabric.backward(loss);
    optimizer.step();
    return loss;
  };
  const run = record ? fabric.capture(step) : step;
  return () => void run(tokens, next);
}
