// The small least-squares fit that the stored PyTorch trajectories were made with (fixtures/optim/make_fixtures.py).
import { readFileSync } from "node:fs";
import * as torch from "../../src/index.js";

const { nn, optim } = torch;

/** One stored trajectory. */
export interface OptimizerCase {
  name: string;
  optimizer: string;
  options: object;
  dtype: torch.DType;
  losses: number[];
  w: number[];
  b: number[];
  stateOfB?: Record<string, number[] | number>;
}

/** What fixtures/optim/optimizers.json holds. */
export interface OptimizerFixture {
  problem: Record<"w" | "b" | "x" | "y", number[]>;
  cases: OptimizerCase[];
  checkpoint: {
    state: Record<string, Record<string, number[]>>;
    param_groups: (Record<string, unknown> & { params: number[] })[];
    w: number[];
    b: number[];
    lossesAfter: number[];
  };
}

/** A stored file beside the tests. */
export function readFixture<T>(file: string): T {
  return JSON.parse(
    readFileSync(new URL(`../fixtures/optim/${file}`, import.meta.url), "utf8"),
  ) as T;
}

/** The stored trajectories. */
export const FIXTURE: OptimizerFixture = readFixture<OptimizerFixture>("optimizers.json");

/** The parameters and data of the fit, `w` [3, 4] and `b` [4], and a closure that returns the loss with gradients made. */
export class Fit {
  readonly w: torch.nn.Parameter;
  readonly b: torch.nn.Parameter;
  readonly #x: torch.Tensor;
  readonly #y: torch.Tensor;

  constructor(
    dtype: torch.DType = "float32",
    start: { w: number[]; b: number[] } = FIXTURE.problem,
  ) {
    const made = (values: number[], shape: number[]): torch.Tensor =>
      torch.tensor(values, { dtype }).reshape(shape);
    this.w = new nn.Parameter(made(start.w, [3, 4]));
    this.b = new nn.Parameter(made(start.b, [4]));
    this.#x = torch.keep(made(FIXTURE.problem.x, [5, 3]));
    this.#y = torch.keep(made(FIXTURE.problem.y, [5, 4]));
  }

  get params(): torch.nn.Parameter[] {
    return [this.w, this.b];
  }

  /** Zeroes the gradients, makes new ones and returns the loss. */
  closure = (): number => {
    this.w.grad = null;
    this.b.grad = null;
    const loss = this.#x.matmul(this.w).add(this.b).sub(this.#y).square().mean();
    loss.backward();
    return loss.item();
  };

  /** Takes `steps` steps; the losses before each. */
  train(optimizer: torch.optim.Optimizer, steps: number): number[] {
    return Array.from({ length: steps }, () => {
      if (optimizer instanceof optim.LBFGS) return optimizer.step(this.closure);
      const loss = this.closure();
      optimizer.step();
      return loss;
    });
  }
}

/** All elements as numbers. */
export function numbers(t: torch.Tensor): number[] {
  return t.detach().to("float64").reshape([-1]).toArray() as number[];
}

type Constructor = new (params: Iterable<torch.Tensor>, options: object) => torch.optim.Optimizer;

/** The optimizer of that name. */
export function construct(
  name: string,
  params: Iterable<torch.Tensor>,
  options: object = {},
): torch.optim.Optimizer {
  const Class = (optim as unknown as Record<string, Constructor>)[name];
  if (Class === undefined) throw new Error(`no optimizer ${name}`);
  return new Class(params, options);
}

/** Names of all optimizers. */
export const OPTIMIZERS: readonly string[] = [...new Set(FIXTURE.cases.map((c) => c.optimizer))];
