import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import * as torch from "../../../src/index.js";
import { Net, train } from "./scripts/models.js";

const { nn, optim } = torch;
const { fsdp } = torch.distributed;

it("is the plain module in one process, bit for bit", () => {
  const losses = [false, true].map((shards) => {
    torch.manualSeed(1);
    const net = new Net();
    const optimizer = new optim.AdamW(net.parameters(), { lr: 1e-2 });
    if (shards) fsdp.fullyShardByPolicy(net);
    return train(net, optimizer, { steps: 4, rank: 0, size: 1 });
  });
  expect(losses[1]).toEqual(losses[0]);
});

it("lets go of sharded models that nobody has any more", async () => {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  const round = async (): Promise<void> => {
    for (let i = 0; i < 10; i++) {
      const net = new Net();
      fsdp.fullyShardByPolicy(net);
      train(net, new optim.SGD(net.parameters(), { lr: 0.1 }), { steps: 1, rank: 0, size: 1 });
    }
    for (let i = 0; i < 4; i++) {
      gc();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  await round();
  const before = torch.memory().cpu.tensors;
  await round();
  await round();
  expect(torch.memory().cpu.tensors - before).toBeLessThan(100);
});

it("refuses what cannot be sharded", () => {
  const codeOf = (fn: () => unknown): unknown => {
    try {
      fn();
    } catch (error) {
      return (error as { code: string }).code;
    }
    return "none";
  };
  const twice = fsdp.fullyShard(new nn.Linear(2, 2));
  expect(codeOf(() => fsdp.fullyShard(twice))).toBe("FABRIC_USAGE_FSDP");
  const trained = new nn.Linear(2, 2);
  trained
    .forward(torch.ones([1, 2]))
    .sum()
    .backward();
  expect(codeOf(() => fsdp.fullyShard(trained))).toBe("FABRIC_USAGE_FSDP");
  const linear = (): torch.nn.Linear => new nn.Linear(2, 2);
  expect(codeOf(() => fsdp.fullyShard({} as never))).toBe("FABRIC_USAGE_FSDP");
  expect(codeOf(() => fsdp.fullyShard(linear(), { reshard: 1 } as never))).toBe(
    "FABRIC_CONFIG_FSDP",
  );
  expect(codeOf(() => fsdp.fullyShard(linear(), { mpPolicy: { paramDtype: "int8" } }))).toBe(
    "FABRIC_CONFIG_FSDP",
  );
  expect(codeOf(() => fsdp.fullyShardByPolicy(linear(), "all" as never))).toBe(
    "FABRIC_CONFIG_FSDP",
  );
  expect(codeOf(() => fsdp.gatherWhole(torch.ones([1]), torch.ones([1])))).toBe(
    "FABRIC_USAGE_FSDP",
  );
});
