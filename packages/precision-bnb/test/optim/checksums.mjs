// Checksums of parameters and states after some steps of every optimizer: run by operators.test.ts once an instruction set.
import { optim } from "@fabric/precision-bnb";
import * as torch from "@fabric/torch";

const classes = {
  Adam8bit: {},
  AdamW8bit: {},
  LAMB8bit: { maxUnorm: 0.05 },
  AdEMAMix8bit: { tAlpha: 3, tBeta3: 3 },
  SGD8bit: { lr: 0.1, momentum: 0.9, weightDecay: 0.1 },
  LARS8bit: { lr: 0.1, momentum: 0.9 },
  Lion8bit: { skipZeros: true },
  RMSprop8bit: { skipNonFinite: true },
  Adagrad8bit: {},
};

for (const [name, options] of Object.entries(classes)) {
  for (const dtype of ["float32", "bfloat16", "float16"]) {
    torch.manualSeed(6);
    const params = [[3, 1735], [301], [7]].map((shape) =>
      torch.randn(shape).to(dtype).requiresGrad_(true),
    );
    const optimizer = new optim[name](params, { minSize8bit: 300, ...options });
    for (let t = 0; t < 4; t++) {
      for (const param of params)
        param.grad = torch.randn(param.shape).mul(torch.randn(param.shape).exp()).to(dtype);
      optimizer.step();
    }
    const tensors = [...params];
    for (const { __bnb_optimizer_quant_state__: state } of Object.values(
      optimizer.stateDict().state,
    ))
      tensors.push(...Object.values(state));
    const sums = tensors.map((t) => torch.tensorCrc32(t.detach()));
    process.stdout.write(`${name} ${dtype} ${sums.join(" ")}\n`);
  }
}
