// What the compiler has to accept and to refuse; checked by `npm run test:types`, never run.
import { Fabric, nn, optim, Precision, type PrecisionFactory, type torch } from "@fabric/core";
import { expectTypeOf } from "vitest";

class Net extends nn.Module {
  readonly fc = new nn.Linear(4, 2);
  readonly width: number = 2;

  override forward(x: torch.Tensor): torch.Tensor {
    return this.fc.forward(x);
  }
}

const fabric = new Fabric({ precision: "bf16-mixed", accelerator: "cpu" });
const net = new Net();
const sgd = new optim.SGD(net.parameters(), { lr: 0.1 });

// setup keeps the module's own type: its fields and the signature of forward.
const [model, optimizer] = fabric.setup(net, sgd);
expectTypeOf(model.forward).parameter(0).toEqualTypeOf<torch.Tensor>();
expectTypeOf(model.forward).returns.toEqualTypeOf<torch.Tensor>();
expectTypeOf(model.width).toEqualTypeOf<number>();
expectTypeOf(optimizer.zeroGrad).toBeFunction();

// One module alone comes back alone; several optimizers come back in order.
expectTypeOf(fabric.setup(net).width).toEqualTypeOf<number>();
const [, first, second] = fabric.setup(net, sgd, sgd);
expectTypeOf(first.step).toBeFunction();
expectTypeOf(second.step).toBeFunction();

expectTypeOf(fabric.initModule(() => new Net())).toEqualTypeOf<Net>();
expectTypeOf(fabric.autocast(() => 3)).toEqualTypeOf<number>();

// @ts-expect-error not an option of Fabric
new Fabric({ precison: "32-true" });

class Rounded extends Precision {
  readonly precision = "rounded";

  override convertInput<T>(data: T): T {
    return data;
  }
}

export const createPrecision: PrecisionFactory = () => new Rounded();
// @ts-expect-error `precision` is what a subclass has to say
class Nameless extends Precision {}
expectTypeOf<Nameless>().not.toBeAny();
