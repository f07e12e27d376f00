// Groups of one process, and what calls refuse.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import * as torch from "@fabric/torch";
import { afterEach, describe, expect, test, vi } from "vitest";

import { freePort } from "../support/processes.js";

const d = torch.distributed;
afterEach(async () => {
  vi.unstubAllEnvs();
  if (d.isInitialized()) await d.destroyProcessGroup();
});
const join = async (): Promise<void> =>
  d.initProcessGroup({
    initMethod: `tcp://127.0.0.1:${await freePort()}`,
    rank: 0,
    worldSize: 1,
    timeoutMs: 5000,
  });
const refused = (code: string, text = "") =>
  expect.objectContaining({ code, message: expect.stringContaining(text) });

test("the library is there", () => {
  expect(d.isAvailable()).toBe(true);
});

test("one process alone is a group", async () => {
  expect([d.isInitialized(), d.group.world]).toEqual([false, null]);
  await join();
  expect([d.isInitialized(), d.getRank(), d.getWorldSize(), d.getBackend()]).toEqual([
    true,
    0,
    1,
    "gloo",
  ]);
  expect(d.group.world).toMatchObject({ rank: 0, size: 1, ranks: [0], timeoutMs: 5000 });
  const t = torch.ones([3]);
  await d.allReduce(t, { op: "avg" });
  d.broadcast(t, 0).wait();
  const output = torch.empty([3]);
  await d.reduceScatterTensor(output, t);
  await d.allGather([output], t);
  expect(output.toArray()).toEqual([1, 1, 1]);
  expect(await d.allGatherObject("a")).toEqual(["a"]);
  await d.destroyProcessGroup();
  expect(d.isInitialized()).toBe(false);
});

test("groups can be made again, and a FileStore or a store of one's own serves too", async () => {
  await join();
  await d.destroyProcessGroup();
  using store = new d.TCPStore({ host: "127.0.0.1", port: 0, isMaster: true });
  for (const prefix of ["first", "second"]) {
    await d.initProcessGroup({ store: new d.PrefixStore(prefix, store), rank: 0, worldSize: 1 });
    await d.barrier();
    await d.destroyProcessGroup();
  }
  // Keys of the group before would be taken for those of this one.
  const used = new d.PrefixStore("second", store);
  await expect(d.initProcessGroup({ store: used, rank: 0, worldSize: 1 })).rejects.toEqual(
    refused("FABRIC_CONFIG_DISTRIBUTED", "has left a group that met in the same store"),
  );
  await store.set("still", "there");
});

describe("options and variables", () => {
  test.each([
    [{ rank: 0, worldSize: 1 }, "MASTER_ADDR is not set"],
    [{ worldSize: 1 }, "RANK is not set"],
    [{ rank: 2, worldSize: 2 }, "ranks go from 0"],
    [{ rank: 0, worldSize: 0 }, "at least 1"],
    [{ rank: 0, worldSize: 1, initMethod: "udp://x:1" }, '"tcp://host:port"'],
    [{ rank: 0, worldSize: 1, initMethod: "somewhere" }, '"tcp://host:port"'],
    [{ rank: 0, worldSize: 1, timeoutMs: 0 }, "timeoutMs is 0"],
  ])("%j", async (options, text) => {
    for (const name of ["RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"])
      vi.stubEnv(name, undefined);
    await expect(d.initProcessGroup(options)).rejects.toEqual(
      refused("FABRIC_CONFIG_DISTRIBUTED", text),
    );
  });

  test("a backend that is not there is refused with the reason", async () => {
    const options = { rank: 0, worldSize: 1 };
    if (!torch.cuda.isAvailable())
      await expect(d.initProcessGroup({ ...options, backend: "nccl" })).rejects.toEqual(
        refused("FABRIC_DISTRIBUTED_BACKEND", "CUDA"),
      );
    await expect(d.initProcessGroup({ ...options, backend: "mpi" as never })).rejects.toEqual(
      refused("FABRIC_DISTRIBUTED_BACKEND", '"gloo"'),
    );
  });

  test("an unknown level of debugging is refused", async () => {
    vi.stubEnv("FABRIC_DISTRIBUTED_DEBUG", "much");
    await expect(join()).rejects.toEqual(refused("FABRIC_CONFIG_ENVIRONMENT", "detail"));
  });
});

describe("calls", () => {
  test("need a group", async () => {
    expect(() => d.allReduce(torch.ones([1]))).toThrow(
      refused("FABRIC_DISTRIBUTED_NOT_INITIALIZED", "initProcessGroup"),
    );
    await join();
    expect(() => d.allReduce(torch.ones([1]), { group: null as never })).toThrow(
      refused("FABRIC_USAGE_GROUP", "null"),
    );
    await expect(join()).rejects.toEqual(refused("FABRIC_USAGE_DISTRIBUTED", "before"));
  });

  test("check what they are given before anything is sent", async () => {
    await join();
    const t = torch.ones([2]);
    const wrong = (run: () => unknown, text: string): void =>
      expect(run).toThrow(refused("FABRIC_USAGE_COLLECTIVE", text));
    wrong(() => d.allReduce(1 as never), "expected a Tensor");
    wrong(() => d.allReduce(t, { op: "mean" as never }), "expected one of sum, avg");
    wrong(() => d.allGather([], t), "an array of 0; expected 1 tensors");
    wrong(() => d.allGather([torch.ones([3])], t), "float32[3]; expected float32[2]");
    wrong(() => d.allGatherIntoTensor(torch.ones([3]), t), "1 times as many elements");
    wrong(() => d.gather(t, null, 0), "outputs is null");
    wrong(() => d.scatter(t, null, 0), "inputs is null");
    wrong(() => d.allReduceCoalesced([]), "one or more tensors");
    wrong(() => d.allToAllSingle(t, t, { inputSplits: [1] }), "the sum 2");
    wrong(() => d.send(t, 0), "is this process");
    wrong(() => d.recv(t, null, { tag: -1 }), "tag is -1");
    wrong(() => d.allReduceCoalesced(null as never), "tensors is null");
    wrong(() => d.allReduce(torch.ones([2], { device: "meta" })), "on meta; gloo moves");
    wrong(() => d.allGather([torch.ones([2], { device: "meta" })], t), "on meta; gloo moves");
    wrong(() => d.broadcast(torch.eye(2).toSparse(), 0), "sparse_coo; expected a dense tensor");
    wrong(
      () => d.allToAllSingle(torch.ones([2, 2]), torch.ones([2, 3])),
      "keeps 6 elements of input float32[2, 3], and output float32[2, 2] has room for 4",
    );
    for (const [value, text] of [
      [() => 1, "could not be cloned"],
      [t, "is a Tensor"],
    ] as const)
      await expect(d.broadcastObject(value, 0)).rejects.toEqual(
        refused("FABRIC_USAGE_COLLECTIVE", text),
      );
    for (const timeoutMs of [-1, Number.NaN])
      await expect(d.monitoredBarrier({ timeoutMs })).rejects.toEqual(
        refused("FABRIC_CONFIG_DISTRIBUTED", `timeoutMs is ${timeoutMs}`),
      );
    expect(() => d.broadcast(t, 1)).toThrow(
      refused("FABRIC_USAGE_RANK", "rank 1 is not in the group"),
    );
    await expect(d.newGroup([])).rejects.toEqual(refused("FABRIC_USAGE_RANK"));
    await expect(d.newGroup([0, 0])).rejects.toEqual(refused("FABRIC_USAGE_RANK"));
  });

  test("say which dtypes cannot be reduced", async () => {
    await join();
    expect(() => d.allReduce(torch.zeros([1], { dtype: "float8_e4m3fn" }))).toThrow(
      /cannot be reduced across processes/,
    );
    expect(() => d.allReduce(torch.zeros([1]), { op: "bxor" })).toThrow(
      /bitwise reductions take integers/,
    );
    expect(() => d.allReduce(torch.zeros([1], { dtype: "bool" }), { op: "avg" })).toThrow(
      /mean of bool/,
    );
    expect(() => d.allReduce(torch.zeros([1], { dtype: "complex64" }), { op: "max" })).toThrow(
      /complex/,
    );
  });

  test("refuse a group that was destroyed", async () => {
    await join();
    const group = (await d.newGroup()) as torch.distributed.ProcessGroup;
    await d.destroyProcessGroup(group);
    expect(() => d.barrier({ group })).toThrow(refused("FABRIC_USAGE_GROUP_DESTROYED", "group-1"));
    await d.barrier();
  });
});

test("worker threads are processes of their own to it, and may end at any time", async () => {
  const script = fileURLToPath(new URL("./scripts/threads.mjs", import.meta.url));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [script, String(await freePort())],
    {
      encoding: "utf8",
      timeout: 40_000,
    },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toBe("sums 3 3\nended\n");
});
