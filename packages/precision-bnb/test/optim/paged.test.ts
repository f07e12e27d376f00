// `isPaged`: on the CPU the same optimizer, with a warning; checkpoints go both ways.
import * as torch from "@fabric/torch";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { codeOf } from "../../../../tools/test-support/code-of.js";
import { optim } from "../../src/index.js";
import { stepInTurn } from "../../src/optim/paged.js";
import { CASES, type Case, gradient, numbersOf, parameter } from "./support.js";

type Made = ReturnType<Case["make"]>;
type Saved = Parameters<optim.Adam8bit["loadStateDict"]>[0];

beforeEach(() => {
  torch.manualSeed(8);
});

/** Two that are paged, one too small for it, and one with 32-bit state. */
const SIZES = [100_000, 4500, 120_001, 300];

function training(make: (params: torch.Tensor[]) => Made): {
  optimizer: Made;
  params: torch.Tensor[];
  steps: (seed: number) => void;
} {
  torch.manualSeed(3);
  const params = SIZES.map((n) => parameter([n], "float32"));
  const optimizer = make(params);
  const steps = (seed: number): void => {
    torch.manualSeed(seed);
    for (let t = 0; t < 3; t++) {
      for (const p of params) p.grad = gradient([...p.shape], "float32");
      optimizer.step();
    }
  };
  return { optimizer, params, steps };
}

describe.each(CASES.map((entry) => [entry.name, entry] as const))("%s", (_, { make }) => {
  it("takes the same steps, from either kind of checkpoint", () => {
    const plain = training((params) => make(params));
    const paged = training((params) => make(params, { isPaged: true }));
    const values = ({ params }: typeof plain): unknown => params.map(numbersOf);
    plain.steps(1);
    paged.steps(1);
    expect(values(paged)).toEqual(values(plain));
    const states = [plain, paged].map(({ optimizer }) => structure(optimizer.stateDict() as Saved));
    expect(states[1]).toEqual(states[0]);
    for (const [from, isPaged] of [
      [plain, true],
      [paged, false],
    ] as const) {
      const next = training((params) => make(params, { isPaged }));
      next.params.forEach((p, i) => void p.detach().copy_(from.params[i] as torch.Tensor));
      next.optimizer.loadStateDict(from.optimizer.stateDict() as never);
      next.steps(2);
      from.steps(2);
      expect(values(next)).toEqual(values(from));
    }
  });
});

/** Shapes and dtypes of a state dict. */
function structure(state: Saved): unknown {
  return JSON.parse(
    JSON.stringify(state, (_, value) =>
      torch.isTensor(value) ? `${value.dtype} ${value.shape}` : value,
    ),
  );
}

describe("the Paged classes", () => {
  const classes = [
    [optim.PagedAdam8bit, optim.Adam8bit],
    [optim.PagedAdamW8bit, optim.AdamW8bit],
    [optim.PagedLion8bit, optim.Lion8bit],
    [optim.PagedAdEMAMix8bit, optim.AdEMAMix8bit],
  ] as const;

  it.each(classes)(
    "$name is the other with isPaged, and says once that a CPU pages nothing",
    (...pair) => {
      const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
      const [own, plain] = pair.map((Class) =>
        training((params) => new Class(params, { lr: 2 ** -7 }) as unknown as Made),
      ) as [ReturnType<typeof training>, ReturnType<typeof training>];
      for (const { steps } of [own, plain]) {
        steps(5);
        steps(6);
      }
      const said = warned.mock.calls
        .map(([text]) => String(text))
        .filter((text) => text.includes("paged"));
      warned.mockRestore();
      expect(own.params.map(numbersOf)).toEqual(plain.params.map(numbersOf));
      expect(own.optimizer).toBeInstanceOf(pair[1]);
      expect(said).toEqual([
        expect.stringMatching(`^${pair[0].name}: state on the CPU is not paged`),
      ]);
    },
  );
});

describe("stepInTurn", () => {
  const p = torch.ones([1]);
  const states = [0, 1, 2].map((i) => torch.full([1], i));
  const order = (lists: number[][]): string[] => {
    const log: string[] = [];
    stepInTurn(
      lists.map((list, i) => ({
        i,
        params: [p],
        paged: list.map((k) => states[k] as torch.Tensor),
      })),
      ({ i }) => void log.push(`step ${i}`),
      (like, moved) => {
        expect(like).toBe(p);
        log.push(`move ${moved.map((t) => t.item())}`);
      },
    );
    return log;
  };

  it("moves the states of the next call before it steps one, and waits for the last", () => {
    expect(order([[0], [1, 2], []])).toEqual([
      "move 0",
      "move 1,2",
      "step 0",
      "move ",
      "step 1",
      "move ",
      "step 2",
    ]);
  });

  it("moves nothing where nothing is paged", () => {
    expect(order([[], []])).toEqual(["step 0", "step 1"]);
    expect(order([])).toEqual([]);
  });
});

describe.skipIf(!torch.cuda.isAvailable())("on a device", () => {
  it("takes the steps of the other, and loads its checkpoints", () => {
    const train = (isPaged: boolean): unknown => {
      torch.manualSeed(3);
      const params = [120_001, 100_000, 50].map(
        (n) => new torch.nn.Parameter(torch.randn([n], { device: "cpu" }).to("cuda")),
      );
      let optimizer = new optim.AdamW8bit(params, { isPaged });
      for (let t = 0; t < 6; t++) {
        if (t === 3) {
          const saved = optimizer.stateDict();
          optimizer = new optim.AdamW8bit(params, { isPaged: !isPaged });
          optimizer.loadStateDict(saved);
        }
        for (const p of params) p.grad = torch.randn([...p.shape], { device: "cpu" }).to("cuda");
        optimizer.step();
      }
      return params.map((p) => numbersOf(p.cpu()));
    };
    expect(train(true)).toEqual(train(false));
  });
});

describe("isPaged", () => {
  it("is an option of the constructor, true or false", () => {
    const p = parameter([10], "float32");
    expect(codeOf(() => new optim.AdamW8bit([p], { isPaged: 1 as never }))).toBe(
      "FABRIC_CONFIG_OPTIMIZER",
    );
    expect(codeOf(() => new optim.AdamW8bit([{ params: [p], isPaged: true } as never]))).toBe(
      "FABRIC_CONFIG_OPTIMIZER",
    );
  });

  it("leaves what is refused of a checkpoint refused", () => {
    const { optimizer, steps } = training(
      (params) => new optim.PagedAdamW8bit(params) as unknown as Made,
    );
    steps(1);
    const saved = optimizer.stateDict() as Saved;
    const first = saved.state[0] as Record<string, object>;
    const nested = first["__bnb_optimizer_quant_state__"] as object;
    const short = { ...nested, state1: torch.zeros([99_999], { dtype: "uint8" }) };
    saved.state[0] = { ...first, __bnb_optimizer_quant_state__: short } as never;
    expect(codeOf(() => optimizer.loadStateDict(saved as never))).toBe(
      "FABRIC_CHECKPOINT_MISMATCH",
    );
  });
});
