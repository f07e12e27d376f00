// What the types of nn promise to user code; compiled, never run.
import { functional as F, nn, optim, type Tensor, tensor } from "@fabric/torch";

class Net extends nn.Module {
  fc1 = new nn.Linear(784, 128);
  fc2 = new nn.Linear(128, 10, { bias: false });
  blocks = [new nn.TransformerEncoderLayer(8, 2, { batchFirst: true })];
  #calls = 0;

  override forward(x: Tensor, scale?: number): Tensor {
    this.#calls += scale ?? 1;
    return this.fc2.forward(F.relu(this.fc1.forward(x)));
  }
}

const net = new Net();
const x = tensor([1, 2]);

// A user's forward keeps its own signature.
const out: Tensor = net.forward(x, 2);
// @ts-expect-error a string is no tensor
net.forward("x");

// Through the base class the result is unknown.
const base: nn.Module = net;
const unknownOut: unknown = base.forward(x);
// @ts-expect-error it must be narrowed first
const wrong: Tensor = base.forward(x);

// A plain tensor in the place of a parameter would never be trained.
// @ts-expect-error wrap it in new nn.Parameter(...)
net.fc1.weight = x;
net.fc1.weight = new nn.Parameter(x);

// Methods that return the module keep its class.
const same: Net = net.to("bfloat16").train().eval().requiresGrad_(false).half();

const parameters: nn.Parameter[] = net.parameters();
const named: [string, nn.Parameter][] = net.namedParameters();
new optim.SGD(parameters, { lr: 0.1 });

const loss: Tensor = F.crossEntropy(out, x, { reduction: "sum", labelSmoothing: 0.1 });
// @ts-expect-error reductions are named
F.crossEntropy(out, x, { reduction: "average" });
// @ts-expect-error options are in camelCase
new nn.Conv2d(1, 2, 3, { padding_mode: "zeros" });
// @ts-expect-error sizes are required
new nn.Linear(3);

const [attended, weights]: [Tensor, Tensor | null] = new nn.MultiheadAttention(4, 2).forward(
  x,
  x,
  x,
);
const [sequence, [hidden, cell]] = new nn.LSTM(3, 4).forward(x);
const chained: Tensor = new nn.Sequential(new nn.Linear(2, 2), new nn.ReLU()).forward(x);
const list: nn.ModuleList<nn.Linear> = new nn.ModuleList([new nn.Linear(1, 1)]);
const third: nn.Linear | undefined = list[2];
const replaced: nn.Module = nn.replaceModules(net, (module) =>
  module instanceof nn.Linear ? new nn.Identity() : undefined,
);
const built: Net = nn.constructionHook(
  () => undefined,
  () => new Net(),
);

export {
  attended,
  built,
  cell,
  chained,
  hidden,
  loss,
  named,
  replaced,
  same,
  sequence,
  third,
  unknownOut,
  weights,
  wrong,
};
