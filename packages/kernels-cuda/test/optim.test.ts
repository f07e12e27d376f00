// fabric::optimizer_update_8bit_blockwise_ and fabric::optimizer_update_32bit_ on CUDA beside the CPU: the same bits in parameters and states.
import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { deepMap, dynamicMap, linearMap } from "./support/maps.js";
import { expectSameElements } from "./support/same.js";
import { describeKernels, onCpu } from "./support/twin.js";

const SIGNED = dynamicMap(true);
const UNSIGNED = dynamicMap(false);

type Options = Record<string, unknown>;
/** Numbers under which each rule moves parameters. */
const RULES: Readonly<Record<string, Options>> = {
  adam: { lr: 1e-2, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 1e-2 },
  lamb: { lr: 1e-2, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.1, maxUnorm: 0.05 },
  ademamix: { lr: 1e-3, beta1: 0.9, beta2: 0.999, beta3: 0.9999, alpha: 5, tAlpha: 4, tBeta3: 4 },
  momentum: { lr: 0.05, beta1: 0.9, weightDecay: 1e-2 },
  lars: { lr: 0.05, beta1: 0.9, weightDecay: 1e-2, maxUnorm: 0.02 },
  lion: { lr: 1e-3, beta1: 0.9, beta2: 0.99, weightDecay: 0.1 },
  rmsprop: { lr: 1e-2, beta1: 0.99, eps: 1e-8, weightDecay: 1e-2 },
  adagrad: { lr: 1e-2, eps: 1e-10 },
};
const hasSecond = (rule: string): boolean => ["adam", "lamb", "ademamix"].includes(rule);
const hasNorm = (rule: string): boolean => ["lamb", "lars"].includes(rule);

/** Parameters, gradients and states of one call. */
interface Lists {
  params: torch.Tensor[];
  state1: torch.Tensor[];
  state2: torch.Tensor[];
  absmax1: torch.Tensor[];
  absmax2: torch.Tensor[];
  unorm: torch.Tensor[];
}

function listsOf(rule: string, bits: 8 | 32, params: torch.Tensor[]): Lists {
  const copies = rule === "ademamix" ? 2 : 1;
  const dtype = bits === 8 ? "uint8" : "float32";
  const state = (times: number): torch.Tensor[] =>
    params.map((p) => torch.zeros([times * p.numel()], { dtype }));
  const absmax = (times: number): torch.Tensor[] =>
    bits === 32 ? [] : params.map((p) => torch.zeros([times * Math.ceil(p.numel() / 256)]));
  return {
    params,
    state1: state(copies),
    state2: hasSecond(rule) ? state(1) : [],
    absmax1: absmax(copies),
    absmax2: hasSecond(rule) ? absmax(1) : [],
    unorm: hasNorm(rule) ? params.map(() => torch.zeros([1])) : [],
  };
}

const copyOf = (lists: Lists): Lists =>
  Object.fromEntries(
    Object.entries(lists).map(([name, tensors]: [string, torch.Tensor[]]) => [
      name,
      tensors.map((t) => torch.emptyStrided(t.shape, t.stride(), { dtype: t.dtype }).copy_(t)),
    ]),
  ) as unknown as Lists;

type Call = (name: string, ...args: unknown[]) => unknown;

function step(
  call: Call,
  rule: string,
  bits: 8 | 32,
  lists: Lists,
  grads: torch.Tensor[],
  steps: number | number[],
  options: Options,
  [map1, map2]: readonly [torch.Tensor, torch.Tensor] = [SIGNED, UNSIGNED],
): void {
  const { params, state1, state2, absmax1, absmax2, unorm } = lists;
  const counts = Array.isArray(steps) ? steps : params.map(() => steps);
  const second = hasSecond(rule);
  if (bits === 32)
    call("optimizer_update_32bit_", rule, params, grads, state1, state2, unorm, counts, options);
  else
    call(
      "optimizer_update_8bit_blockwise_",
      rule,
      params,
      grads,
      state1,
      state2,
      absmax1,
      absmax2,
      params.map(() => map1),
      second ? params.map(() => map2) : [],
      unorm,
      counts,
      options,
    );
}

/** Fails unless both have the same bits; the squares of norms are sums of float64 in another order. */
function expectSame(ours: Lists, theirs: Lists): void {
  for (const name of ["params", "state1", "state2", "absmax1", "absmax2"] as const)
    ours[name].forEach((tensor, i) => {
      expectSameElements(tensor, theirs[name][i] as torch.Tensor, `${name}[${i}]`);
    });
  ours.unorm.forEach((tensor, i) => {
    const [a, b] = [tensor.item<number>(), (theirs.unorm[i] as torch.Tensor).item<number>()];
    if (Number.isFinite(b)) expect(Math.abs(a - b)).toBeLessThanOrEqual(2 ** -22 * b);
    else expect(a, `unorm[${i}]`).toBe(b);
  });
}

/** A device's powers and logarithms of float64 are 2 ulp from libm's, and 1 - 0.999^2 has ten bits less: far below what float32 keeps still. */
function expectCloseRows(ours: torch.Tensor, theirs: torch.Tensor): void {
  const [a, b] = [ours, theirs].map((t) => t.to("cpu").flatten().toArray() as number[]);
  expect(a).toHaveLength(b?.length ?? -1);
  a?.forEach((value, i) => {
    const other = b?.[i] as number;
    expect(Math.abs(value - other)).toBeLessThanOrEqual(2 ** -40 * Math.abs(other));
  });
}

/** Gradients whose magnitudes span some decades, with a few zeros. */
function gradientLike(p: torch.Tensor, dtype: torch.DType = p.dtype): torch.Tensor {
  const g = torch.randn(p.shape).mul(torch.randn(p.shape).mul(2).exp());
  return torch.where(torch.rand(p.shape).lt(0.05), torch.zeros([]), g).to(dtype);
}

describeKernels("optimizer steps", (twin) => {
  const run: Call = (name, ...args) => twin.call(name, ...args);
  const sizes = [1, 7, 256, 0, 257, 1000, 4096, 5003];
  const dtypes = [
    ["float32", "float32"],
    ["bfloat16", "bfloat16"],
    ["float16", "float16"],
    ["bfloat16", "float32"],
  ] as const;

  for (const bits of [8, 32] as const)
    for (const [rule, options] of Object.entries(RULES))
      it(`give the CPU's bits: ${rule} with ${bits}-bit state`, () => {
        torch.manualSeed(bits);
        // Norms take most of the emulator's time.
        for (const [dtype, gradDtype] of hasNorm(rule) ? dtypes.slice(0, 2) : dtypes) {
          const ours = listsOf(
            rule,
            bits,
            sizes.map((n) => torch.randn([n]).to(dtype)),
          );
          const theirs = copyOf(ours);
          for (let t = 1; t <= 3; t++) {
            const grads = ours.params.map((p) => gradientLike(p, gradDtype));
            step(run, rule, bits, ours, grads, t, options);
            step(onCpu, rule, bits, theirs, grads, t, options);
            expectSame(ours, theirs);
          }
        }
      });

  it("takes lists that are longer than a launch, with dtypes and steps mixed", () => {
    torch.manualSeed(1);
    for (const rule of ["adam", "lars"]) {
      const params = Array.from({ length: rule === "adam" ? 150 : 70 }, (_, i) =>
        torch.randn([1 + ((i * 37) % 600)]).to(i % 7 === 0 ? "bfloat16" : "float32"),
      );
      const steps = params.map((_, i) => (i % 5 === 0 ? 2 : 1));
      const ours = listsOf(rule, 8, params);
      const theirs = copyOf(ours);
      const grads = params.map((p) => gradientLike(p));
      step(run, rule, 8, ours, grads, steps, RULES[rule] as Options);
      step(onCpu, rule, 8, theirs, grads, steps, RULES[rule] as Options);
      expectSame(ours, theirs);
    }
  });

  it("reads and writes views of any strides, and data that is not aligned", () => {
    torch.manualSeed(2);
    const turned = torch.randn([30, 50]).t();
    const shifted = torch.randn([3001]).slice(0, 1);
    const every = torch.randn([3000]).slice(0, 0, undefined, 2);
    for (const rule of ["adam", "ademamix", "lamb"])
      for (const bits of [8, 32] as const) {
        const ours = listsOf(
          rule,
          bits,
          [turned, shifted, every].map((p) => p.clone()),
        );
        const views = { ...ours, params: [turned, shifted, every] };
        // States that begin in the middle of a word.
        for (const name of ["state1", "state2"] as const)
          views[name] = ours[name].map((s) => {
            const wider = torch.zeros([s.numel() + 1], { dtype: s.dtype });
            return wider.slice(0, 1);
          });
        const theirs = copyOf(ours);
        theirs.params.forEach((p, i) => {
          p.copy_(views.params[i] as torch.Tensor);
        });
        const grads = [
          torch.randn([30, 50]).t(),
          torch.randn([3003]).slice(0, 3),
          torch.randn([1500]),
        ];
        step(run, rule, bits, views, grads, 1, RULES[rule] as Options);
        step(onCpu, rule, bits, theirs, grads, 1, RULES[rule] as Options);
        expectSame(views, theirs);
      }
  });

  describe("with gradients that are no numbers", () => {
    const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
    const spoiled = (p: torch.Tensor): torch.Tensor => {
      const g = gradientLike(p);
      [nan, inf, -inf, 1e38, 1e-42, -1e-45, 0, -0].forEach((value, i) => {
        g.at(5 + 11 * i).fill_(value);
      });
      g.slice(0, 512, 768).fill_(nan);
      return g;
    };
    for (const more of [{}, { skipNonFinite: true }, { skipZeros: true, skipNonFinite: true }])
      it(`does as the CPU, with ${JSON.stringify(more)}`, () => {
        torch.manualSeed(3);
        for (const bits of [8, 32] as const)
          for (const [rule, options] of Object.entries(RULES)) {
            const ours = listsOf(rule, bits, [torch.randn([1111])]);
            const theirs = copyOf(ours);
            for (let t = 1; t <= 2; t++) {
              const grads = ours.params.map(spoiled);
              step(run, rule, bits, ours, grads, t, { ...options, ...more });
              step(onCpu, rule, bits, theirs, grads, t, { ...options, ...more });
              expectSame(ours, theirs);
            }
          }
      });
  });

  it("keeps the smallest moments: subnormal scales, blocks of zeros", () => {
    torch.manualSeed(4);
    for (const rule of ["adam", "momentum", "lion"]) {
      const ours = listsOf(rule, 8, [torch.randn([1500])]);
      const theirs = copyOf(ours);
      for (let t = 1; t <= 3; t++) {
        const g = torch.randn([1500]).mul(1e-42);
        g.slice(0, 256, 512).zero_();
        step(run, rule, 8, ours, [g], t, RULES[rule] as Options);
        step(onCpu, rule, 8, theirs, [g], t, RULES[rule] as Options);
        expectSame(ours, theirs);
      }
    }
  });

  it("takes any ascending maps", () => {
    torch.manualSeed(5);
    const pairs = [
      [linearMap(true), linearMap(false)],
      [linearMap(false), deepMap()],
      [UNSIGNED, UNSIGNED],
    ] as const;
    for (const maps of pairs)
      for (const rule of ["adam", "momentum"]) {
        const ours = listsOf(rule, 8, [torch.randn([2000])]);
        const theirs = copyOf(ours);
        for (let t = 1; t <= 3; t++) {
          const grads = ours.params.map((p) => gradientLike(p));
          step(run, rule, 8, ours, grads, t, RULES[rule] as Options, maps);
          step(onCpu, rule, 8, theirs, grads, t, RULES[rule] as Options, maps);
          expectSame(ours, theirs);
        }
      }
  });

  it("divides the gradients by a scale, and is cancelled by found_inf", () => {
    torch.manualSeed(6);
    for (const bits of [8, 32] as const)
      for (const rule of ["adam", "lamb"]) {
        const ours = listsOf(rule, bits, [torch.randn([700]), torch.randn([5])]);
        const theirs = copyOf(ours);
        const grads = ours.params.map((p) => gradientLike(p));
        for (const scale of [1024, 3]) {
          const options = {
            ...RULES[rule],
            gradScale: torch.tensor(scale),
            foundInf: torch.zeros([1]),
          };
          step(run, rule, bits, ours, grads, 1, options);
          step(onCpu, rule, bits, theirs, grads, 1, options);
          expectSame(ours, theirs);
        }
        const before = copyOf(ours);
        step(run, rule, bits, ours, grads, 2, { ...RULES[rule], foundInf: torch.ones([1]) });
        expectSame(ours, before);
      }
  });

  it("bounds LAMB's step by norms in float64", () => {
    torch.manualSeed(7);
    const p = torch.randn([40_000]);
    const lists = listsOf("lamb", 32, [p.clone()]);
    const g = gradientLike(p);
    const options = { lr: 1e-2, beta1: 0.9, beta2: 0.999, eps: 1e-8, maxUnorm: 0.05 };
    step(run, "lamb", 32, lists, [g], 1, options);
    // The first step of Adam is the sign of the gradient, but for eps.
    const exact = g.double().abs().div(g.double().abs().add(1e-8)).norm().item<number>();
    const unorm = Math.sqrt((lists.unorm[0] as torch.Tensor).item<number>());
    expect(Math.abs(unorm / exact - 1)).toBeLessThan(1e-5);
    const moved = (lists.params[0] as torch.Tensor).double().sub(p.double()).norm().item<number>();
    const bound = 1e-2 * 0.05 * p.double().norm().item<number>();
    expect(Math.abs(moved / bound - 1)).toBeLessThan(1e-4);
  });

  it("moves a parameter of zeros by whole steps", () => {
    const ours = listsOf("lars", 8, [torch.zeros([600])]);
    const theirs = copyOf(ours);
    const grads = ours.params.map((p) => gradientLike(p));
    step(run, "lars", 8, ours, grads, 1, RULES["lars"] as Options);
    step(onCpu, "lars", 8, theirs, grads, 1, RULES["lars"] as Options);
    expectSame(ours, theirs);
    expect((ours.params[0] as torch.Tensor).abs().max().item<number>()).toBeGreaterThan(0);
  });

  it("counts on the device: the numbers of a step, and the steps that take them", () => {
    torch.manualSeed(8);
    const { lr: _, maxUnorm: __, ...adam } = RULES["lamb"] as Options;
    for (const [rule, { lr, maxUnorm = 0, ...options }] of Object.entries(RULES))
      for (const bits of [8, 32] as const) {
        const ours = listsOf(rule, bits, [torch.randn([700]), torch.randn([5])]);
        const theirs = copyOf(ours);
        const steps = [0, 3];
        const rate = torch.tensor(lr as number, { dtype: "float32" });
        const counters = (): torch.Tensor[] =>
          steps.map((n) => torch.tensor(n, { dtype: "float32" }));
        const [here, there] = [counters(), counters()];
        // The second of three steps is left out.
        for (const found of [0, 1, 0]) {
          const foundInf = torch.tensor([found], { dtype: "float32" });
          const grads = ours.params.map((p) => gradientLike(p));
          const sides = [
            [run, ours, here],
            [onCpu, theirs, there],
          ] as const;
          const [own, other] = sides.map(([call, lists, counts]) => {
            const more = { ...options, foundInf };
            const numbers = call("optimizer_step_numbers_", rule, counts, rate, more);
            step(call, rule, bits, lists, grads, [], { ...more, lr, maxUnorm, numbers });
            return numbers as torch.Tensor;
          });
          expectCloseRows(own as torch.Tensor, other as torch.Tensor);
          expectSame(ours, theirs);
        }
        expect(here.map((step) => step.item())).toEqual([2, 5]);
        expect(there.map((step) => step.item())).toEqual([2, 5]);
      }
    // More counters than a launch takes.
    const many = Array.from({ length: 1000 }, (_, i) => torch.tensor(i, { dtype: "float32" }));
    const rows = run("optimizer_step_numbers_", "adam", many, torch.tensor(0.5), adam);
    expect(many.map((step) => step.item())).toEqual(many.map((_, i) => i + 1));
    const again = many.map((_, i) => torch.tensor(i, { dtype: "float32" }));
    expectCloseRows(
      rows as torch.Tensor,
      onCpu("optimizer_step_numbers_", "adam", again, torch.tensor(0.5), adam) as torch.Tensor,
    );
  });

  it("refuses what the CPU refuses, in its words", () => {
    const lists = listsOf("lion", 8, [torch.zeros([300])]);
    const wrong = [torch.zeros([299])];
    for (const call of [run, onCpu])
      expect(() => step(call, "lion", 8, lists, wrong, 1, { lr: 0.1 })).toThrow(
        /gradient of shape/,
      );
    expect(() => step(run, "lion", 8, lists, [torch.zeros([300])], 0, { lr: 0.1 })).toThrow(
      /step of at least 1/,
    );
  });
});
