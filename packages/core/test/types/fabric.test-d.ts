// What the compiler must accept, and refuse, of code that uses Fabric. Never run.

import {
  data,
  functional as F,
  Fabric,
  nn,
  optim,
  Precision,
  type PrecisionFactory,
  type Tensor,
  torch,
} from "@fabric/core";

class Net extends nn.Module {
  fc = new nn.Linear(4, 2);
  readonly note: string = "";
  override forward(x: Tensor, { scale = 1 }: { scale?: number } = {}): Tensor {
    return this.fc.forward(x).mul(scale);
  }
  accuracy(x: Tensor): number {
    return x.sum().item();
  }
}

export async function train(): Promise<void> {
  const fabric = new Fabric({
    accelerator: "cpu",
    precision: "bf16-mixed",
    devices: 1,
    plugins: [],
  });
  const net = new Net();
  const adamw = new optim.AdamW(net.parameters(), { lr: 1e-3 });
  const [model, optimizer] = fabric.setup(net, adamw);
  const asNet: Net = model;
  const asAdam: optim.AdamW = optimizer;
  const note: string = model.note;
  const accuracy: number = model.accuracy(torch.ones([1]));
  const skipped: boolean | undefined = optimizer.lastStep?.skipped;
  const original: Net = model.module;

  const dataset = new data.TensorDataset(torch.ones([8, 4]), torch.zeros([8], { dtype: "int64" }));
  const loader = fabric.setupDataLoaders(new data.DataLoader(dataset, { batchSize: 4 }));
  for await (const [x, y] of loader) {
    const loss: Tensor = F.crossEntropy(model.forward(x, { scale: 2 }), y);
    fabric.backward(loss);
    const norm: Tensor = fabric.clipGradients(model, optimizer, { maxNorm: 1 });
    const nothing: undefined = fabric.clipGradients(model, optimizer, { clipValue: 1 });
    optimizer.step();
    void [norm, nothing];
  }

  const alone: Net = fabric.setup(new Net());
  const scheduler = { step(): void {}, lastLr: [1] };
  const [, first, second, same] = fabric.setup(
    new Net(),
    adamw,
    new optim.SGD(net.parameters(), { lr: 1 }),
    { scheduler },
  );
  const sgd: optim.SGD = second;
  const rates: number[] = same.lastLr;
  const big: Net = fabric.initModule(() => new Net());
  const empty: Net = fabric.initModule({ emptyInit: true }, () => new Net());
  const cast: Tensor = fabric.autocast(() => torch.ones([1]));
  const result: number = await fabric.launch((f, n: number) => f.worldSize + n, 1);
  void [
    asNet,
    asAdam,
    note,
    accuracy,
    skipped,
    original,
    alone,
    first,
    sgd,
    rates,
    big,
    empty,
    cast,
    result,
  ];

  // @ts-expect-error forward takes a tensor first
  model.forward(3);
  // @ts-expect-error the user's class has no such member
  model.nothing;
  // @ts-expect-error one of the two bounds is needed
  fabric.clipGradients(model, optimizer, { normType: 2 });
  // @ts-expect-error a module is set up first, its optimizers follow
  fabric.setup(adamw, net);
  // @ts-expect-error there is no such accelerator
  new Fabric({ accelerator: "gpux" });
}

class Fp6 extends Precision {
  readonly precision = "fp6";
}

export const createPrecision: PrecisionFactory = (_alias, { accelerator, device }) => {
  const places: [string, string] = [accelerator, device];
  void places;
  return new Fp6();
};

// @ts-expect-error a plugin has to say its label
export class Unnamed extends Precision {}
