// One child of the soak with a training loop: a small MLP, AdamW, a new batch each step. The optimizer's state is made by the first step, so
// with `--scope` it is made inside a scope.
import * as torch from "@fabric/torch";
import { readOptions, soak } from "./measure.mjs";

const { nn, optim, functional: F } = torch;

class Net extends nn.Module {
  fc1 = new nn.Linear(8, 32);
  fc2 = new nn.Linear(32, 1);
  forward(x) {
    return this.fc2.forward(torch.relu(this.fc1.forward(x)));
  }
}

const options = readOptions();
torch.manualSeed(0);
const net = new Net();
const optimizer = new optim.AdamW(net.parameters(), { lr: 1e-3 });
let last = Number.NaN;
soak(options, torch, (i) => {
  const x = torch.randn([16, 8]);
  const y = x.sum([1], { keepdim: true }).tanh();
  optimizer.zeroGrad();
  const loss = F.mseLoss(net.forward(x), y);
  loss.backward();
  optimizer.step();
  if (i % 1000 === 0) last = loss.item();
});
if (!(last < 0.1)) throw new Error(`the loop did not learn: loss ${last}`);
