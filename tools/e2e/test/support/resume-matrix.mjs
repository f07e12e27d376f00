// One process of the resume matrix: node resume-matrix.mjs FOLDER FIRST_STEP LAST_STEP [load] [save]
// For every precision and optimizer: a small training run with dropout, a scheduler and a shuffled loader. Prints JSON: for each
// combination a line a step, of the loss and a hash of every weight; "error CODE" where the two cannot work together.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Fabric } from "@fabric/core";
import { MixedPrecision } from "@fabric/precision-mixed";
import { DoublePrecision, HalfPrecision } from "@fabric/precision-true";
import * as torch from "@fabric/torch";

const { amp, data, functional: F, nn, optim } = torch;
const [folder, firstText, lastText, ...flags] = process.argv.slice(2);
const [first, last] = [Number(firstText), Number(lastText)];

const half = (precision, options = {}) => new HalfPrecision({ precision, ...options });
const PRECISIONS = {
  "32-true": () => undefined,
  "64-true": () => new DoublePrecision(),
  "bf16-mixed": () => new MixedPrecision({ precision: "bf16-mixed", device: "cpu" }),
  "16-mixed": () =>
    new MixedPrecision({
      precision: "16-mixed",
      device: "cpu",
      scaler: new amp.GradScaler({ device: "cpu", initScale: 64, growthInterval: 3 }),
    }),
  "16-true": () => half("16-true"),
  "bf16-true": () => half("bf16-true"),
  "bf16-true, master weights": () => half("bf16-true", { masterWeights: true }),
  "bf16-true, stochastic rounding": () => half("bf16-true", { stochasticRounding: true }),
};
const OPTIMIZERS = {
  SGD: (p) => new optim.SGD(p, { lr: 0.05, momentum: 0.9, nesterov: true }),
  Adam: (p) => new optim.Adam(p, { lr: 0.01, amsgrad: true }),
  AdamW: (p) => new optim.AdamW(p, { lr: 0.01 }),
  Adagrad: (p) => new optim.Adagrad(p, { lr: 0.05 }),
  RMSprop: (p) => new optim.RMSprop(p, { lr: 0.01, momentum: 0.9, centered: true }),
  Adadelta: (p) => new optim.Adadelta(p, { lr: 1 }),
  NAdam: (p) => new optim.NAdam(p, { lr: 0.01 }),
  RAdam: (p) => new optim.RAdam(p, { lr: 0.01 }),
  Lion: (p) => new optim.Lion(p, { lr: 0.002 }),
  LBFGS: (p) => new optim.LBFGS(p, { lr: 0.1, maxIter: 3, historySize: 4 }),
};

torch.setNumThreads(1);
const results = {};
for (const precision of Object.keys(PRECISIONS))
  for (const optimizer of Object.keys(OPTIMIZERS)) {
    const name = `${precision} / ${optimizer}`;
    try {
      results[name] = await run(name, PRECISIONS[precision](), OPTIMIZERS[optimizer]);
    } catch (error) {
      if (error.code?.startsWith("FABRIC_UNSUPPORTED_") !== true) throw error;
      results[name] = [`error ${error.code}`];
    }
  }
console.log(JSON.stringify(results));

async function run(name, plugin, makeOptimizer) {
  torch.manualSeed(7);
  const fabric = new Fabric({ accelerator: "cpu", plugins: plugin === undefined ? [] : [plugin] });
  const net = new nn.Sequential(
    new nn.Linear(5, 12),
    new nn.BatchNorm1d(12),
    new nn.ReLU(),
    new nn.Dropout(0.2),
    new nn.Linear(12, 3),
  );
  const raw = makeOptimizer(net.parameters());
  const scheduler = new optim.lrScheduler.StepLR(raw, 2, { gamma: 0.7 });
  const [model, optimizer] = fabric.setup(net, raw);
  const x = torch.randn([24, 5], { generator: new torch.Generator().manualSeed(1) });
  const y = torch.arange(0, 24).remainder(3);
  const loader = fabric.setupDataLoaders(
    new data.DataLoader(new data.TensorDataset(x, y), { batchSize: 4, shuffle: true, seed: 5 }),
  );
  const state = { model, optimizer, scheduler, loader, step: 0 };
  const path = join(folder, name.replaceAll(/[^a-zA-Z0-9]+/g, "-"));
  // What cannot train was not saved either.
  if (flags.includes("load") && existsSync(path)) await fabric.load(path, state);
  const lines = [];
  let step = first;
  while (step < last) {
    for await (const [inputs, labels] of loader) {
      const evaluate = () => {
        optimizer.zeroGrad();
        const loss = F.crossEntropy(model.forward(inputs), labels);
        fabric.backward(loss);
        return loss;
      };
      let loss;
      if (raw instanceof optim.LBFGS) loss = optimizer.step(evaluate);
      else {
        loss = evaluate();
        optimizer.step();
      }
      scheduler.step();
      lines.push(`${step} ${loss.item()} ${hashOf(net)}`);
      if (++step === last) break;
    }
  }
  if (flags.includes("save")) await fabric.save(path, { ...state, step });
  return lines;
}

function hashOf(net) {
  const hash = createHash("sha256");
  for (const tensor of Object.values(net.stateDict())) hash.update(torch.tensorBytes(tensor));
  return hash.digest("hex").slice(0, 16);
}
