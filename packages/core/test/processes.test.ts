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
