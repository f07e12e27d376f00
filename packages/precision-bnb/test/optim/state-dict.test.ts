// State dicts: bitsandbytes' layout, both ways, and resuming to the bit.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fabric } from "@fabric/core";
import * as torch from "@fabric/torch";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testDevice } from "../../../../tools/test-support/device.js";
import { optim } from "../../src/index.js";
import { CASES, type Case, gradient, parameter, savedState } from "./support.js";

const SHAPES = [[64, 65], [300], [5000]]; // 8 bits, 32 bits, 8 bits with a block that is not full
type Saved = torch.optim.OptimizerStateDict;

beforeEach(() => {
  torch.manualSeed(21);
});

function parameters(dtype: torch.DType): torch.Tensor[] {
  return SHAPES.map((shape) => parameter(shape, dtype));
}

function copiesOf(params: readonly torch.Tensor[]): torch.Tensor[] {
  return params.map((p) => p.detach().clone().requiresGrad_(true));
}

function steps(
  optimizer: torch.optim.Optimizer,
  params: readonly torch.Tensor[],
  grads: readonly torch.Tensor[][],
): void {
  for (const list of grads) {
    params.forEach((param, i) => {
      param.grad = list[i] as torch.Tensor;
    });
    optimizer.step();
  }
}

function gradients(dtype: torch.DType, count: number): torch.Tensor[][] {
  return Array.from({ length: count }, () => SHAPES.map((shape) => gradient(shape, dtype)));
}

function expectSame(a: optim.Optimizer8bit<never>, b: optim.Optimizer8bit<never>): void {
  SHAPES.forEach((_, i) => {
    const [x, y] = [savedState(a, i), savedState(b, i)];
    expect(Object.keys(x)).toEqual(Object.keys(y));
    for (const [name, value] of Object.entries(x)) {
      expect(value.dtype, name).toBe(y[name]?.dtype);
      expect(value.shape, name).toEqual(y[name]?.shape);
      expect(value.equal(y[name] as torch.Tensor), name).toBe(true);
    }
  });
}

describe.each(CASES.map((entry) => [entry.name, entry] as const))("%s", (_, entry) => {
  it.each(["float32", "bfloat16"] as const)("resumes to the bit: %s", (dtype) => {
    const grads = gradients(dtype, 20);
    const straight = parameters(dtype);
    const broken = copiesOf(straight);
    const whole = entry.make(straight);
    steps(whole, straight, grads);
    const first = entry.make(broken);
    steps(first, broken, grads.slice(0, 10));
    const resumed = copiesOf(broken);
    const second = entry.make(resumed, {});
    torch.scope(() => second.loadStateDict(first.stateDict()));
    // What the first does afterwards is nothing to the second.
    steps(first, broken, gradients(dtype, 1));
    steps(second, resumed, grads.slice(10));
    resumed.forEach((param, i) => {
      expect(param.equal(straight[i] as torch.Tensor)).toBe(true);
    });
    expectSame(whole, second);
  });

  it("takes the flat layout of older releases", () => {
    const params = parameters("float32");
    const one = entry.make(params);
    steps(one, params, gradients("float32", 2));
    const saved = one.stateDict();
    const flat = Object.fromEntries(
      Object.entries(saved.state).map(([i, entries]) => {
        const { step, __bnb_optimizer_quant_state__: rest } = entries as never as {
          step: number;
          __bnb_optimizer_quant_state__: object;
        };
        return [i, { step: torch.tensor(step), ...rest, gnorm_vec: torch.zeros([100]) }];
      }),
    );
    const other = entry.make(copiesOf(params));
    other.loadStateDict({ ...saved, state: flat as unknown as Saved["state"] });
    expectSame(one, other);
  });
});

describe("the layout", () => {
  const [adam, , , , ademamix, , sgd, , , lion, rmsprop, adagrad] = CASES as Case[];
  const groupOf = (entry: Case | undefined): object => {
    const [group] = (entry as Case).make(parameters("float32")).stateDict().param_groups;
    return group as object;
  };

  it("is bitsandbytes'", () => {
    const params = parameters("bfloat16");
    const optimizer = (ademamix as Case).make(params);
    steps(optimizer, params, gradients("bfloat16", 3));
    const { state } = optimizer.stateDict();
    expect(Object.keys(state)).toEqual(["0", "1", "2"]);
    expect(Object.keys(state[0] as object)).toEqual(["step", "__bnb_optimizer_quant_state__"]);
    expect((state[0] as { step: number }).step).toBe(3);
    const described = (i: number): Record<string, string> =>
      Object.fromEntries(
        Object.entries(savedState(optimizer, i)).map(([name, t]) => [
          name,
          `${t.dtype} ${t.shape.join("x")}`,
        ]),
      );
    expect(described(0)).toEqual({
      state1: "uint8 2x64x65",
      qmap1: "float32 256",
      absmax1: "float32 2x17",
      state2: "uint8 64x65",
      qmap2: "float32 256",
      absmax2: "float32 17",
    });
    expect(described(1)).toEqual({ state1: "float32 2x300", state2: "float32 300" });
  });

  it("has bitsandbytes' options in groups", () => {
    const params = [0, 1, 2];
    const second = { alpha: 0, t_alpha: null, t_beta3: null };
    expect(groupOf(adam)).toEqual({
      lr: 0.01,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weight_decay: 0,
      params,
      ...second,
    });
    expect(groupOf(ademamix)).toEqual({
      lr: 1e-3,
      betas: [0.9, 0.999, 0.9999],
      eps: 1e-8,
      weight_decay: 1e-2,
      params,
      alpha: 5,
      t_alpha: null,
      t_beta3: null,
    });
    expect(groupOf(sgd)).toEqual({ lr: 0.05, betas: [0.9, 0], eps: 0, weight_decay: 0, params });
    expect(groupOf(lion)).toMatchObject({ betas: [0.9, 0.99], eps: 0 });
    expect(groupOf(rmsprop)).toMatchObject({ betas: [0.99, 0], eps: 1e-8 });
    expect(groupOf(adagrad)).toMatchObject({ betas: [0, 0], eps: 1e-10 });
  });

  it("gives options back under our names", () => {
    const [a, b] = [parameter([10]), parameter([10])];
    const one = new optim.SGD8bit([a], { lr: 0.3, momentum: 0.7, weightDecay: 0.1 });
    const other = new optim.SGD8bit([b], { lr: 1, momentum: 0.9 });
    other.loadStateDict(one.stateDict());
    const { params: _, ...group } = other.paramGroups[0] as object & { params: unknown };
    expect(group).toEqual({ lr: 0.3, momentum: 0.7, weightDecay: 0.1 });
  });

  it("keeps a map that is not ours", () => {
    const param = parameter([4096]);
    const one = new optim.SGD8bit([param], { lr: 0.1, momentum: 0.9 });
    param.grad = gradient([4096]);
    one.step();
    const saved = one.stateDict();
    const nested = savedState(one as never);
    const linear = torch.linspace(-1, 1, 256);
    const changed = { step: 1, ...nested, qmap1: linear } as never;
    const other = new optim.SGD8bit([param], { lr: 0.1, momentum: 0.9 });
    other.loadStateDict({ ...saved, state: { 0: changed } });
    other.step();
    const after = savedState(other as never);
    expect(after["qmap1"]?.equal(linear)).toBe(true);
    // By the definition of a step with that map.
    const m = linear
      .index([(nested["state1"] as torch.Tensor).to("int64")])
      .mul((nested["absmax1"] as torch.Tensor).repeatInterleave(256))
      .mul(0.9)
      .add(param.grad);
    const scale = m.view([16, 256]).abs().amax(1);
    expect(after["absmax1"]?.equal(scale)).toBe(true);
    const values = linear.index([(after["state1"] as torch.Tensor).to("int64")]);
    const error = values.sub(m.view([16, 256]).div(scale.unsqueeze(1)).flatten()).abs();
    expect(error.max().item()).toBeLessThan(1 / 255 + 1e-6);
  });
});

describe("its tensors", () => {
  it("may be disposed of, without harm to other optimizers", () => {
    const step = (): void => {
      const parameter = new torch.nn.Parameter(torch.randn([5000]));
      const optimizer = new optim.Adam8bit([parameter]);
      parameter.grad = torch.ones([5000]);
      optimizer.step();
      for (const state of optimizer.state.values())
        for (const value of Object.values(state)) if (torch.isTensor(value)) value.dispose();
    };
    step();
    expect(step).not.toThrow();
  });
});

describe("through fabric.save and fabric.load", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "fabric-optim8-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it.each([true, false])("resumes to the bit; one file: %s", async (isFile) => {
    const fabric = new Fabric({ accelerator: testDevice, devices: 1 });
    const make = () => {
      const net = new torch.nn.Linear(80, 80);
      return fabric.setup(net, new optim.AdEMAMix8bit(net.parameters(), { lr: 1e-2 }));
    };
    const inputs = Array.from({ length: 6 }, () => torch.randn([16, 80]));
    const train = ([model, optimizer]: ReturnType<typeof make>, batches: torch.Tensor[]) => {
      for (const x of batches) {
        optimizer.zeroGrad();
        fabric.backward(model.forward(x).square().mean());
        optimizer.step();
      }
    };
    const first = make();
    train(first, inputs.slice(0, 3));
    const path = join(folder, isFile ? "a.safetensors" : "a");
    await fabric.save(path, { model: first[0], optimizer: first[1] });
    const second = make();
    await fabric.load(path, { model: second[0], optimizer: second[1] });
    for (const [name, value] of Object.entries(savedState(second[1] as never)))
      expect(value.equal(savedState(first[1] as never)[name] as torch.Tensor), name).toBe(true);
    train(first, inputs.slice(3));
    train(second, inputs.slice(3));
    const [a, b] = [first, second].map(([model]) => model.stateDict());
    for (const [name, value] of Object.entries(a as object))
      expect(value.equal((b as Record<string, torch.Tensor>)[name])).toBe(true);
    expect((second[1].stateDict() as unknown as Saved).state[0]?.["step"]).toBe(6);
  });
});

describe("what does not fit", () => {
  const code = "FABRIC_CHECKPOINT_MISMATCH";

  function loading(entries: object): () => void {
    const param = parameter([5000]);
    const optimizer = new optim.Adam8bit([param]);
    const { param_groups } = optimizer.stateDict();
    return () =>
      optimizer.loadStateDict({ state: { 0: entries }, param_groups } as unknown as Saved);
  }
  function good(): Record<string, torch.Tensor | number> {
    const param = parameter([5000]);
    const optimizer = new optim.Adam8bit([param]);
    param.grad = gradient([5000]);
    optimizer.step();
    return { step: 1, ...savedState(optimizer as never) };
  }
  const failing = (entries: object, text: string): void =>
    expect(loading(entries)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(text) }),
    );

  it("is refused with what was expected", () => {
    expect(loading(good())).not.toThrow();
    failing({ ...good(), state1: torch.zeros([4999], { dtype: "uint8" }) }, "5000 elements");
    failing({ ...good(), absmax1: torch.zeros([3]) }, "blocks of 2048");
    failing({ ...good(), state2: torch.zeros([5000]) }, "uint8");
    failing({ ...good(), step: -1 }, "step");
    failing({ ...good(), max1: torch.zeros([1]) }, "max1");
    failing({ ...good(), qmap1: torch.ones([256]).neg().cumsum(0) }, "ascending");
    const { qmap2: _, ...without } = good();
    failing(without, "qmap2");
  });

  it("is a state of another optimizer", () => {
    failing({ step: 1, exp_avg: torch.zeros([5000]) }, "exp_avg");
    const param = parameter([5000]);
    const sgd = new optim.SGD8bit([param], { lr: 1, momentum: 0.9 });
    param.grad = gradient([5000]);
    sgd.step();
    failing(sgd.stateDict().state[0] as object, "state2");
  });

  it("leaves the state as it was", () => {
    const params = [parameter([5000]), parameter([5000])];
    const optimizer = new optim.Adam8bit(params);
    for (const param of params) param.grad = gradient([5000]);
    optimizer.step();
    const before = savedState(optimizer as never);
    const { state, param_groups } = optimizer.stateDict();
    const bad = { state: { ...state, 1: { step: 1 } }, param_groups } as unknown as Saved;
    expect(() => optimizer.loadStateDict(bad)).toThrow(expect.objectContaining({ code }));
    expect(savedState(optimizer as never)["state1"]).toBe(before["state1"]);
  });
});
