// One process of the resume test: node resume-run.mjs FIRST_STEP LAST_STEP [--load PATH] [--save PATH]
// Prints one line a step: the loss scale, the growth counter and a hash of every weight.
import { createHash } from "node:crypto";
import { parseArgs } from "node:util";
import { Fabric } from "@fabric/core";
import { MixedPrecision } from "@fabric/precision-mixed";
import * as torch from "@fabric/torch";

const { amp, functional: F, nn, optim } = torch;
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { load: { type: "string" }, save: { type: "string" } },
});
const [first, last] = positionals.map(Number);

torch.setNumThreads(1);
torch.manualSeed(7);
const scaler = new amp.GradScaler({ device: "cpu", initScale: 2 ** 14, growthInterval: 4 });
const mixed = new MixedPrecision({ precision: "16-mixed", device: "cpu", scaler });
const fabric = new Fabric({ accelerator: "cpu", plugins: [mixed] });
const net = new nn.Sequential(new nn.Linear(6, 16), new nn.ReLU(), new nn.Linear(16, 3));
const [model, optimizer] = fabric.setup(net, new optim.AdamW(net.parameters(), { lr: 1e-2 }));
if (values.load !== undefined) await fabric.load(values.load, { model, optimizer });

for (let step = first; step < last; step++) {
  torch.manualSeed(step);
  const x = torch.randn([8, 6]).mul(step % 11 === 10 ? Number.POSITIVE_INFINITY : 1);
  optimizer.zeroGrad();
  fabric.backward(F.crossEntropy(model.forward(x), torch.randint(0, 3, [8])));
  fabric.clipGradients(model, optimizer, { maxNorm: 1 });
  optimizer.step();
  const hash = createHash("sha256");
  for (const parameter of net.parameters()) hash.update(torch.tensorBytes(parameter.detach()));
  const { _growth_tracker: counter } = fabric.precision.stateDict();
  console.log(
    `${step} ${fabric.lossScale} ${counter} ${optimizer.stepWasSkipped} ${hash.digest("hex")}`,
  );
}
if (values.save !== undefined) await fabric.save(values.save, { model, optimizer });
