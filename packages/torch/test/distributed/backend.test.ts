// Names of backends, what is there of them, and which tensors a group moves.
import * as torch from "@fabric/torch";
import { afterEach, describe, expect, test, vi } from "vitest";

import { freePort } from "../support/processes.js";

const d = torch.distributed;
const hasDevice = torch.cuda.deviceCount() > 0;
const isCudaBuild = /USE_CUDA=(1|ON)/.test(torch.buildInfo().config);

afterEach(async () => {
  vi.unstubAllEnvs();
  if (d.isInitialized()) await d.destroyProcessGroup();
});
const join = async (options: d.InitOptions = {}): Promise<void> =>
  d.initProcessGroup({
    initMethod: `tcp://127.0.0.1:${await freePort()}`,
    rank: 0,
    worldSize: 1,
    timeoutMs: 5000,
    ...options,
  });
const refused = (code: string, ...texts: string[]) =>
  expect.objectContaining({
    code,
    message: expect.stringMatching(new RegExp(texts.join("[^]*"))),
  });

describe("the name", () => {
  test.each(["", "mpi", "cpu", "cpu:nccl", "cuda:gloo", "cpu:gloo,cpu:gloo", "gloo,nccl", 1])(
    "%j is refused with those that are known",
    async (backend) => {
      await expect(join({ backend: backend as never })).rejects.toEqual(
        refused("FABRIC_DISTRIBUTED_BACKEND", '"gloo"', '"nccl"', "cpu:gloo,cuda:nccl"),
      );
    },
  );

  test("cpu:gloo is gloo", async () => {
    await join({ backend: "cpu:gloo" });
    expect(d.getBackend()).toBe("gloo");
    expect(d.group.world?.device).toBeNull();
  });

  test.skipIf(hasDevice)("undefined is gloo where no CUDA device is", async () => {
    await join();
    expect(d.getBackend()).toBe("gloo");
  });
});

describe.skipIf(hasDevice)("NCCL without a device", () => {
  const reason = isCudaBuild ? "no CUDA device" : "CPU build";

  test("is not available", () => {
    expect(d.isNcclAvailable()).toBe(false);
  });

  test.each(["nccl", "cuda:nccl", "cpu:gloo,cuda:nccl"] as const)(
    "%s is refused with the reason, and the process can join with gloo then",
    async (backend) => {
      await expect(join({ backend })).rejects.toEqual(
        refused("FABRIC_DISTRIBUTED_BACKEND", backend, reason, "gloo"),
      );
      await join();
      await expect(d.newGroup(undefined, { backend })).rejects.toEqual(
        refused("FABRIC_DISTRIBUTED_BACKEND", reason),
      );
    },
  );

  test("joining while the thread waits refuses it too", async () => {
    const options = { host: "127.0.0.1", port: await freePort(), rank: 0, worldSize: 1 };
    expect(() => d.initProcessGroupSync({ ...options, backend: "nccl" })).toThrow(
      refused("FABRIC_DISTRIBUTED_BACKEND", reason),
    );
    expect(d.isInitialized()).toBe(false);
  });
});

// Nothing is sent: what a group cannot move is refused before.
describe("a group refuses before it would hang", () => {
  const of = (cpu: boolean): d.ProcessGroup =>
    Reflect.construct(d.ProcessGroup, [
      -1,
      {
        name: "made-up",
        rank: 0,
        ranks: [0, 1],
        backends: { name: cpu ? "gloo" : "nccl", cpu, cuda: !cpu, atOnce: true },
        device: cpu ? null : 0,
        timeoutMs: 1000,
        debug: false,
      },
    ]) as d.ProcessGroup;
  const t = torch.ones([2]);
  const elsewhere = torch.ones([2], { device: "meta" });

  test("tensors on the CPU, if it has NCCL alone", () => {
    const group = of(false);
    const error = refused("FABRIC_USAGE_COLLECTIVE", '"nccl"', 't.to\\("cuda:0"\\)');
    expect(() => d.allReduce(t, { group })).toThrow(error);
    expect(() => d.allReduceCoalesced([t, t], { group })).toThrow(error);
    expect(() => d.allGather([t, t], t, { group })).toThrow(error);
    expect(() => d.send(t, 1, { group })).toThrow(error);
    expect(() => d.recv(t, 1, { group })).toThrow(error);
  });

  test("tensors on another device, if it has gloo alone", () => {
    const group = of(true);
    const error = refused("FABRIC_USAGE_COLLECTIVE", "on meta; gloo moves", 't.to\\("cpu"\\)');
    expect(() => d.broadcast(elsewhere, 0, { group })).toThrow(error);
    expect(() => d.allGather([t, elsewhere], t, { group })).toThrow(error);
    expect(() => d.send(elsewhere, 1, { group })).toThrow(error);
  });
});
