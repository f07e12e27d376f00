// The loss scale of a run in 16-mixed, with the steps that were skipped: `node --import tsx/esm tools/plots/loss-scale.ts docs/proof`.
//
// A perceptron of three layers learns a smooth function. Every 400 steps a batch holds a value a thousand times too large, as a broken sensor would
// give; the scale also meets float16's own limit as it grows.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  functional as F,
  Fabric,
  type LossScaleHistory,
  nn,
  optim,
  type Tensor,
  torch,
} from "@fabric/core";
import { MixedPrecision } from "@fabric/precision-mixed";
import * as Plot from "@observablehq/plot";
import { plotSvg, writePlot } from "./render.js";

const STEPS = 3000;
const directory = process.argv[2] ?? "docs/proof";

class Net extends nn.Module {
  layers = new nn.Sequential(
    new nn.Linear(8, 64),
    new nn.Tanh(),
    new nn.Linear(64, 64),
    new nn.Tanh(),
    new nn.Linear(64, 1),
  );
  override forward(x: Tensor): Tensor {
    return this.layers.forward(x);
  }
}

interface Measured {
  readonly history: LossScaleHistory;
  readonly skipped: number[];
  /** Of each step. */
  readonly scales: number[];
}

function train(): Measured {
  torch.manualSeed(1);
  const scaler = new torch.amp.GradScaler({ device: "cpu", growthInterval: 100 });
  const mixed = new MixedPrecision({ precision: "16-mixed", device: "cpu", scaler });
  const fabric = new Fabric({ accelerator: "cpu", plugins: [mixed] });
  const net = new Net();
  const [model, optimizer] = fabric.setup(net, new optim.AdamW(net.parameters(), { lr: 1e-3 }));
  const skipped: number[] = [];
  const scales: number[] = [];
  for (let step = 1; step <= STEPS; step++) {
    scales.push(fabric.lossScale);
    torch.scope(() => {
      const x = torch.randn([64, 8]);
      const y = x.sum([1], { keepdim: true }).sin();
      const target = step % 400 === 0 ? y.mul(1e3) : y;
      optimizer.zeroGrad();
      fabric.backward(F.mseLoss(model.forward(x), target));
      optimizer.step();
    });
    if (optimizer.stepWasSkipped) skipped.push(step);
  }
  return { history: fabric.lossScaleHistory as LossScaleHistory, skipped, scales };
}

function draw({ history, skipped, scales }: Measured): string {
  const points = scales.map((scale, i) => ({ step: i + 1, scale }));
  const marks = skipped.map((step) => ({ step, scale: scales[step - 1] as number }));
  return plotSvg({
    width: 860,
    height: 420,
    marginLeft: 72,
    marginTop: 64,
    marginBottom: 48,
    x: { label: "step", labelAnchor: "center", labelArrow: "none" },
    y: {
      label: "loss scale",
      type: "log",
      base: 2,
      grid: true,
      labelAnchor: "center",
      labelArrow: "none",
      tickFormat: (v: number) => `2^${Math.round(Math.log2(v))}`,
    },
    marks: [
      Plot.line(points, {
        x: "step",
        y: "scale",
        curve: "step-after",
        stroke: "#0072b2",
        strokeWidth: 1.8,
      }),
      Plot.dot(marks, {
        x: "step",
        y: "scale",
        symbol: "times",
        stroke: "#d55e00",
        strokeWidth: 2,
        r: 5,
      }),
      Plot.text(["Loss scale of a run in 16-mixed"], {
        frameAnchor: "top-left",
        dy: -50,
        fontSize: 16,
        fontWeight: "bold",
      }),
      Plot.text(
        [
          `${history.steps} steps, ${history.skippedSteps} skipped (crosses); grows after 100 good steps, halves at an overflow`,
        ],
        { frameAnchor: "top-left", dy: -28, fontSize: 12 },
      ),
    ],
  });
}

const measured = train();
const { changes } = measured.history;
writeFileSync(
  join(directory, "loss-scale.csv"),
  `step,scale,reason\n${changes.map(({ step, scale, reason }) => `${step},${scale},${reason}`).join("\n")}\n`,
);
const { png } = writePlot(join(directory, "loss-scale"), draw(measured));
process.stdout.write(
  `${png}: ${measured.history.skippedSteps} of ${measured.history.steps} steps skipped\n`,
);
