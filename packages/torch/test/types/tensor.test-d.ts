// What the compiler has to accept and to refuse; checked by `npm run test:types`, never run.
import * as torch from "@fabric/torch";
import { data, nn, optim, type Tensor } from "@fabric/torch";
import { expectTypeOf } from "vitest";

const x = torch.randn([2, 3], { dtype: "bfloat16", device: "cpu" });

expectTypeOf(x).toEqualTypeOf<Tensor>();
expectTypeOf(x.shape).toEqualTypeOf<readonly number[]>();
expectTypeOf(x.dtype).toEqualTypeOf<torch.DType>();
expectTypeOf(x.grad).toEqualTypeOf<Tensor | null>();
expectTypeOf(x.item()).toEqualTypeOf<number>();
expectTypeOf(x.item<bigint>()).toEqualTypeOf<bigint>();
expectTypeOf(x.at(0, null, torch.slice(1, 3))).toEqualTypeOf<Tensor>();
expectTypeOf(torch.bfloat16).toEqualTypeOf<"bfloat16">();

// Operators: as a function, as a method, with options by name, with several results.
expectTypeOf(torch.add(x, 1, { alpha: 2 })).toEqualTypeOf<Tensor>();
expectTypeOf(x.matmul(x)).toEqualTypeOf<Tensor>();
expectTypeOf(x.sum([1], { keepdim: true })).toEqualTypeOf<Tensor>();
expectTypeOf(torch.topk(x, 2)[0]).toEqualTypeOf<Tensor>();
expectTypeOf(torch.linalg.norm(x)).toEqualTypeOf<Tensor>();

// A context returns what its function returns; without one it is a guard.
expectTypeOf(torch.noGrad(() => x.shape)).toEqualTypeOf<readonly number[]>();
expectTypeOf(torch.noGrad()).toExtend<Disposable>();
expectTypeOf(torch.scope(() => x)).toEqualTypeOf<Tensor>();

// @ts-expect-error a misspelt option
torch.randn([2], { dtyp: "float32" });
// @ts-expect-error not a dtype
torch.randn([2], { dtype: "float31" });
// @ts-expect-error a string is no tensor
torch.matmul(x, "x");

class Net extends nn.Module {
  readonly fc = new nn.Linear(3, 1, { bias: false });

  override forward(input: Tensor): Tensor {
    return this.fc.forward(input);
  }
}

const net = new Net();
expectTypeOf(net.forward(x)).toEqualTypeOf<Tensor>();
expectTypeOf(net.to("cpu")).toEqualTypeOf<Net>();
expectTypeOf(net.stateDict()).toEqualTypeOf<Record<string, Tensor>>();
expectTypeOf(new optim.AdamW(net.parameters(), { lr: 1e-3 })).toExtend<optim.Optimizer>();
// @ts-expect-error not an option of AdamW
new optim.AdamW(net.parameters(), { learningRate: 1e-3 });
expectTypeOf(new data.TensorDataset(x, x)).not.toBeAny();
