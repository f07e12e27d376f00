// State dicts: PyTorch's layout, exact round trips, casts, and states that do not fit.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { construct, FIXTURE, Fit, numbers, OPTIMIZERS } from "./fit.js";

const { optim } = torch;

type State = torch.optim.OptimizerStateDict;

describe("state dict", () => {
  for (const name of OPTIMIZERS) {
    it(`${name} goes on from its state bit for bit`, () => {
      const whole = new Fit();
      const optimizer = construct(name, whole.params, { lr: 0.02 });
      whole.train(optimizer, 4);
      const saved = optimizer.stateDict();
      const resumed = new Fit("float32", { w: numbers(whole.w), b: numbers(whole.b) });
      const other = construct(name, resumed.params, { lr: 0.5 });
      other.loadStateDict(saved);
      expect(other.paramGroups[0]).toMatchObject({ lr: 0.02 });
      const expected = whole.train(optimizer, 4);
      expect(resumed.train(other, 4)).toEqual(expected);
      expect(numbers(resumed.w)).toEqual(numbers(whole.w));
      expect(numbers(resumed.b)).toEqual(numbers(whole.b));
    });
  }

  it("loads a checkpoint that PyTorch wrote, and goes on as PyTorch does", () => {
    const { state, param_groups, w, b, lossesAfter } = FIXTURE.checkpoint;
    const fit = new Fit("float32", { w, b });
    const adam = new optim.AdamW([{ params: [fit.w] }, { params: [fit.b] }]);
    const shapes = [[3, 4], [4]];
    const tensors: State["state"] = {};
    for (const [id, entry] of Object.entries(state)) {
      const shape = shapes[Number(id)] as number[];
      tensors[Number(id)] = Object.fromEntries(
        Object.entries(entry).map(([key, values]) => [
          key,
          torch.tensor(values, { dtype: "float32" }).reshape(key === "step" ? [] : shape),
        ]),
      );
    }
    adam.loadStateDict({ state: tensors, param_groups });
    expect(adam.paramGroups.map((g) => [g.lr, g.weightDecay])).toEqual([
      [0.01, 0.01],
      [0.03, 0],
    ]);
    fit.train(adam, 5).forEach((loss, i) => {
      // Five steps of float32 from one state: a fused kernel against PyTorch's plain operators.
      expect(Math.abs(loss - (lossesAfter[i] as number))).toBeLessThan(2e-6 * loss);
    });
  });

  it("has PyTorch's layout", () => {
    const fit = new Fit();
    const adam = new optim.AdamW([{ params: [fit.w] }, { params: [fit.b], weightDecay: 0 }], {
      amsgrad: true,
    });
    fit.train(adam, 1);
    const { state, param_groups } = adam.stateDict();
    expect(param_groups.map((g) => g.params)).toEqual([[0], [1]]);
    expect(param_groups[1]).toMatchObject({
      lr: 1e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weight_decay: 0,
      amsgrad: true,
      maximize: false,
    });
    expect(Object.keys(state)).toEqual(["0", "1"]);
    expect(Object.keys(state[0] ?? {}).sort()).toEqual([
      "exp_avg",
      "exp_avg_sq",
      "max_exp_avg_sq",
      "step",
    ]);
    const step = state[0]?.["step"] as torch.Tensor;
    expect([step.dtype, step.shape, step.item()]).toEqual(["float32", [], 1]);
  });

  it("casts moments to the dtype of their parameter, and leaves the step in float32", () => {
    const full = new Fit("float32");
    const adam = new optim.AdamW(full.params);
    full.train(adam, 2);
    const half = new Fit("bfloat16");
    const other = new optim.AdamW(half.params);
    other.loadStateDict(adam.stateDict());
    const state = other.state.get(half.w) as Record<string, torch.Tensor>;
    expect(state["exp_avg"]?.dtype).toBe("bfloat16");
    expect(state["step"]?.dtype).toBe("float32");
    expect(state["step"]?.item()).toBe(2);
  });

  it("takes a step that is a plain number, as old checkpoints have it", () => {
    const fit = new Fit();
    const adam = new optim.AdamW(fit.params);
    fit.train(adam, 1);
    const saved = adam.stateDict();
    for (const entry of Object.values(saved.state)) entry["step"] = 7;
    adam.loadStateDict(saved);
    fit.train(adam, 1);
    expect((adam.state.get(fit.b) as { step: torch.Tensor }).step.item()).toBe(8);
  });

  it("copies what it loads", () => {
    const fit = new Fit();
    const first = new optim.SGD(fit.params, { momentum: 0.9 });
    fit.train(first, 1);
    const second = new optim.SGD(fit.params, { momentum: 0.9 });
    second.loadStateDict(first.stateDict());
    const buffer = (o: torch.optim.SGD): torch.Tensor =>
      o.state.get(fit.w)?.["momentum_buffer"] as torch.Tensor;
    const before = numbers(buffer(second));
    buffer(first).zero_();
    expect(numbers(buffer(second))).toEqual(before);
  });

  const fit = new Fit();
  const sgd = new optim.SGD(fit.params);
  const wrong: [string, unknown][] = [
    ["something else", 3],
    ["another number of groups", { state: {}, param_groups: [] }],
    ["another number of parameters", { state: {}, param_groups: [{ params: [0] }] }],
  ];
  for (const [what, state] of wrong) {
    it(`refuses ${what}`, () => {
      expect(() => sgd.loadStateDict(state as State)).toThrow(
        expect.objectContaining({ code: "FABRIC_CHECKPOINT_MISMATCH" }),
      );
    });
  }
});
