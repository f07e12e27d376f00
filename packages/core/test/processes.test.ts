import { Fabric, registerStrategy, SingleDeviceStrategy, type Tensor, torch } from "@fabric/core";
import { describe, expect, it } from "vitest";
import { Net, rejected, thrown, withEnvironment } from "./helpers.js";

const cpu = (): Fabric => new Fabric({ accelerator: "cpu" });

describe("launch", () => {
  it("runs the function with the Fabric and the arguments, and returns its value", async () => {
    const fabric = cpu();
    expect(
      await fabric.launch(async (f, a: number, b: number) => [f === fabric, a + b], 1, 2),
    ).toEqual([true, 3]);
    expect(await fabric.launch()).toBeUndefined();
    expect(await fabric.launch()).toBeUndefined();
    expect(await fabric.launch((...args) => args.length)).toBe(1);
  });

  it("refuses a result in place of a function, and a function without parameters", async () => {
    expect(
      (await rejected("FABRIC_USAGE_LAUNCH", cpu().launch(Promise.resolve() as never))).message,
    ).toContain("not its result");
    await rejected(
      "FABRIC_USAGE_LAUNCH",
      cpu().launch(() => 1),
    );
    await rejected(
      "FABRIC_USAGE_LAUNCH",
      cpu().launch(async function train() {}),
    );
  });

  it("throws under fabric run, which has started the processes already", async () => {
    const fabric = withEnvironment({ FABRIC_CLI_USED: "1" }, cpu);
    const pending = withEnvironment({ FABRIC_CLI_USED: "1" }, () => fabric.launch());
    await rejected("FABRIC_USAGE_LAUNCH", pending);
  });

  it("wraps run of a subclass, so that calling it launches; not under fabric run", async () => {
    class Trainer extends Fabric {
      async run(steps: number): Promise<string> {
        return `${steps} on ${this.device}`;
      }
    }
    expect(await new Trainer({ accelerator: "cpu" }).run(3)).toBe("3 on cpu");
    withEnvironment({ FABRIC_CLI_USED: "1" }, () =>
      thrown("FABRIC_USAGE_LAUNCH", () => new Trainer({ accelerator: "cpu" })),
    );
  });

  it("must come before set-up with a strategy of several processes", async () => {
    class Several extends SingleDeviceStrategy {
      override readonly requiresLaunch = true;
    }
    using _registration = registerStrategy("several", () => new Several({ device: "cpu" }));
    const fabric = new Fabric({ accelerator: "cpu", strategy: "several" });
    for (const call of [
      () => fabric.setup(new Net()),
      () => fabric.setupModule(new Net()),
      () => fabric.initModule(() => new Net()),
    ]) {
      thrown("FABRIC_USAGE_NOT_LAUNCHED", call);
    }
    await rejected("FABRIC_USAGE_NOT_LAUNCHED", fabric.barrier());
    await rejected("FABRIC_USAGE_NOT_LAUNCHED", fabric.broadcast(1));
    await rejected("FABRIC_USAGE_NOT_LAUNCHED", fabric.allGather(1));
    await rejected("FABRIC_USAGE_NOT_LAUNCHED", fabric.allReduce(1));
    fabric.initTensor(() => torch.ones([1]));
    fabric.toDevice(torch.ones([1]));
    await fabric.launch();
    fabric.setup(new Net());
  });
});

describe("collectives of one process", () => {
  it("gathers without a new dimension, after turning numbers into tensors", async () => {
    const t = torch.ones([2]);
    const gathered = (await cpu().allGather({ t, flag: true, n: 3, x: 0.5, text: "a" })) as Record<
      string,
      Tensor
    >;
    expect(gathered["t"]).toBe(t);
    expect([gathered["flag"]?.dtype, gathered["n"]?.dtype, gathered["x"]?.dtype]).toEqual([
      "uint8",
      "int32",
      "float32",
    ]);
    expect(gathered["text"]).toBe("a");
  });

  it("reduces to the value itself, and checks the operation and the ranks", async () => {
    const t = torch.full([2], 4);
    expect(await cpu().allReduce(t)).toBe(t);
    expect(await cpu().reduce(t, { dst: 0, reduceOp: "sum" })).toBe(t);
    await rejected("FABRIC_CONFIG_REDUCE_OP", cpu().allReduce(t, { reduceOp: "median" as never }));
    await rejected("FABRIC_CONFIG_RANK", cpu().reduce(t, { dst: 1 }));
    await rejected("FABRIC_CONFIG_RANK", cpu().broadcast(t, -1));
  });

  it("broadcasts the object itself, and waits for nobody", async () => {
    const object = { a: 1 };
    expect(await cpu().broadcast(object)).toBe(object);
    await cpu().barrier("here");
    expect(await cpu().rankZeroFirst(async () => 5)).toBe(5);
    await expect(
      cpu().rankZeroFirst(() => {
        throw new Error("mine");
      }),
    ).rejects.toThrow("mine");
  });
});

/** Pretends to be rank 1 of 3 whose tensors are `others` and the own one. */
class OneOfThree extends SingleDeviceStrategy {
  readonly seen: string[] = [];
  shapes: number[][] | null = null;
  override get worldSize(): number {
    return 3;
  }
  override get globalRank(): number {
    return 1;
  }
  override async allGather(tensor: Tensor): Promise<Tensor> {
    this.seen.push(`gather ${tensor.dtype}`);
    if (tensor.dtype === "int64" && this.shapes !== null)
      return torch.tensor(this.shapes, { dtype: "int64" });
    return torch.stack([tensor, tensor, tensor]);
  }
  override async allReduce(tensor: Tensor, op: string): Promise<Tensor> {
    this.seen.push(`${op} ${tensor.dtype}`);
    // the others have 256 and 1
    const sum = tensor.add(257);
    return tensor.copy_(op === "mean" ? sum.div(3) : sum);
  }
}

describe("collectives of several processes", () => {
  const several = (): { fabric: Fabric; strategy: OneOfThree } => {
    const strategy = new OneOfThree({ device: "cpu" });
    return { fabric: new Fabric({ accelerator: "cpu", strategy }), strategy };
  };

  it("take means of 16-bit tensors in float32, in place", async () => {
    const { fabric, strategy } = several();
    const t = torch.full([1], 2, { dtype: "bfloat16" });
    expect(await fabric.allReduce(t)).toBe(t);
    // 259 has no bfloat16; its third, 86.33, has the neighbour 86.5
    expect([t.dtype, t.item()]).toEqual(["bfloat16", 86.5]);
    const sum = torch.full([1], 2, { dtype: "float16" });
    await fabric.allReduce(sum, { reduceOp: "sum" });
    const wide = torch.full([1], 2);
    await fabric.allReduce(wide);
    expect(strategy.seen).toEqual(["mean float32", "sum float16", "mean float32"]);
    expect(sum.item()).toBe(259);
  });

  it("compare shapes first in debug mode, and name those of every rank", async () => {
    const { fabric, strategy } = several();
    const row = (...shape: number[]): number[] => [
      shape.length,
      ...Array.from({ length: 15 }, (_, d) => shape[d] ?? -1),
    ];
    strategy.shapes = [row(2), row(2), row(3, 1)];
    const t = torch.ones([2]);
    await fabric.allGather(t); // without the variable nothing is asked
    const run = (fn: () => Promise<unknown>): Promise<unknown> => {
      process.env["FABRIC_DEBUG"] = "1";
      return fn().finally(() => delete process.env["FABRIC_DEBUG"]);
    };
    const error = await rejected(
      "FABRIC_USAGE_SHAPE_MISMATCH",
      run(() => fabric.allReduce(t)),
    );
    expect(error.message).toContain("rank 0: [2]; rank 1: [2]; rank 2: [3, 1]");
    strategy.shapes = null;
    await run(() => fabric.allGather(t));
    expect(strategy.seen).toEqual([
      "gather float32",
      "gather int64",
      "gather int64",
      "gather float32",
    ]);
  });

  it("share out a list", () => {
    expect(several().fabric.splitBetweenProcesses([1, 2, 3, 4, 5, 6, 7, 8])).toEqual([4, 5, 6]);
    expect(several().fabric.splitBetweenProcesses([1])).toEqual([]);
    expect(cpu().splitBetweenProcesses([1, 2])).toEqual([1, 2]);
  });
});
