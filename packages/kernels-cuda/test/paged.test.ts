// fabric::zeros_paged and fabric::prefetch_paged: managed memory that holds an optimizer's state.
import * as torch from "@fabric/torch";
import { expect, it } from "vitest";
import { expectSameElements } from "./support/same.js";
import { describeKernels, onCpu } from "./support/twin.js";

describeKernels("paged state", (twin) => {
  const isEmulated = twin.where === "emulated";
  const ops = torch.ops[isEmulated ? "fabric_emulated" : "fabric"] as NonNullable<
    (typeof torch.ops)[string]
  >;
  const like = torch.ones([1], { device: isEmulated ? "cpu" : "cuda" });
  const paged = (size: number[], dtype: torch.DType): torch.Tensor =>
    ops["zeros_paged"]?.(like, size, dtype) as torch.Tensor;

  it.each<[number[], torch.DType]>([
    [[3, 5], "float32"],
    [[100_003], "uint8"],
    [[], "float32"],
    [[0, 4], "uint8"],
  ])("is zeros of %j, %s, beside the tensor that is like it", (size, dtype) => {
    const made = paged(size, dtype);
    expect(made.device).toBe(like.device);
    expectSameElements(made.cpu(), onCpu("zeros_paged", torch.ones([1]), size, dtype), "zeros");
    ops["prefetch_paged"]?.(like, [made]);
    made.add_(1);
    expect(made.eq(1).all().item()).toBe(true);
  });

  it("is freed, and made again, any number of times", () => {
    for (let i = 0; i < 200; i++)
      torch.scope(() => {
        const states = [paged([50_000], "uint8"), paged([20_000], "float32")];
        ops["prefetch_paged"]?.(like, states);
        for (const state of states) expect(state.sum().item()).toBe(0);
      });
  });

  it.skipIf(!isEmulated)(
    "is managed memory, which goes with its tensor; only that is moved ahead",
    () => {
      const told = (): number[] => {
        const values = ops["selftest"]?.("managed memory") as torch.Tensor;
        return (values.toArray() as number[]).slice(0, 2);
      };
      const [blocks = 0, moved = 0] = told();
      torch.scope(() => {
        const states = [paged([1000], "uint8"), paged([64, 2], "float32")];
        expect(told()).toEqual([blocks + 2, moved]);
        ops["prefetch_paged"]?.(like, [...states, torch.zeros([100])]);
        expect(told()).toEqual([blocks + 2, moved + 1000 + 512]);
        ops["prefetch_paged"]?.(like, []);
      });
      expect(told()).toEqual([blocks, moved + 1512]);
    },
  );

  it("holds the codes of a step, which has the bits of a step on usual memory", () => {
    const step = (state: (n: number[], dtype: torch.DType) => torch.Tensor): torch.Tensor[] => {
      torch.manualSeed(4);
      const n = 100_003;
      const on = (t: torch.Tensor): torch.Tensor => t.to(like.device);
      const param = on(torch.randn([n]));
      const codes = state([n], "uint8");
      const absmax = on(torch.zeros([Math.ceil(n / 256)]));
      const map = on(torch.linspace(-1, 1, 256));
      for (let i = 1; i <= 3; i++) {
        const grad = on(torch.randn([n]));
        ops["prefetch_paged"]?.(like, [codes]);
        ops["optimizer_update_8bit_blockwise_"]?.(
          "lion",
          ...[[param], [grad], [codes], [], [absmax], [], [map], [], []],
          [i],
          { lr: 0.01, beta1: 0.9, beta2: 0.99 },
        );
      }
      return [param.cpu(), codes.cpu(), absmax.cpu()];
    };
    const usual = step((n, dtype) => torch.zeros(n, { dtype, device: like.device }));
    step(paged).forEach((own, i) => void expectSameElements(own, usual[i], `result ${i}`));
  });

  it("refuses sizes that are none", () => {
    expect(() => paged([-1], "uint8")).toThrow(/-1/);
    expect(() => paged([2 ** 40, 2 ** 40], "float32")).toThrow(/size/);
  });
});
