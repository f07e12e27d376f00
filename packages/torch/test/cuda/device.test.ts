// Runs where there is a CUDA device.
import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";

const { cuda } = torch;

describe.skipIf(!cuda.isAvailable())("torch.cuda with a device", () => {
  it("tells what the device is", () => {
    const { name, major, totalMemory, multiProcessorCount } = cuda.getDeviceProperties(0);
    expect(name).toBe(cuda.getDeviceName("cuda:0"));
    expect(cuda.getDeviceCapability(0)[0]).toBe(major);
    expect(multiProcessorCount).toBeGreaterThan(0);
    const [free, total] = cuda.memGetInfo(0);
    expect(free).toBeLessThanOrEqual(total);
    expect(total).toBeLessThanOrEqual(totalMemory);
    expect(cuda.cudaVersion()).toMatch(/^\d+\.\d+$/);
  });

  it("counts memory by tensor, and tells V8 of it", () => {
    const before = cuda.memoryAllocated();
    const external = process.memoryUsage().external;
    const t = torch.zeros([64, 2 ** 20], { device: "cuda" });
    expect(cuda.memoryAllocated() - before).toBe(256 * 2 ** 20);
    expect(cuda.maxMemoryAllocated()).toBeGreaterThanOrEqual(cuda.memoryAllocated());
    expect(process.memoryUsage().external - external).toBeGreaterThanOrEqual(250 * 2 ** 20);
    expect(torch.memory()["cuda"]?.bytes).toBe(cuda.memoryAllocated());
    t.dispose();
    expect(cuda.memoryAllocated()).toBe(before);
    cuda.resetPeakMemoryStats();
    expect(cuda.maxMemoryAllocated()).toBe(before);
    cuda.emptyCache();
    expect(cuda.memoryStats()["num_ooms"]).toBe(0);
  });

  it("keeps memory bounded without scopes: the collector knows of device memory", () => {
    const before = cuda.memoryAllocated();
    cuda.resetPeakMemoryStats();
    for (let i = 0; i < 2000; i++) torch.zeros([2 ** 20], { device: "cuda" });
    // 2000 tensors of 4 MiB are 8 GB.
    expect(cuda.maxMemoryAllocated() - before).toBeLessThan(2 ** 31);
  });

  it("runs work on a stream, in order with another one", () => {
    const side = new cuda.Stream({ priority: -1 });
    const main = cuda.currentStream();
    const x = torch.ones([1024, 1024], { device: "cuda" });
    side.waitStream(main);
    const y = cuda.stream(side, () => {
      expect(cuda.currentStream().equals(side)).toBe(true);
      return x.matmul(x);
    });
    expect(cuda.currentStream().equals(main)).toBe(true);
    x.recordStream(side);
    main.waitStream(side);
    expect(y.sum().item()).toBe(1024 ** 3);
    side.synchronize();
    expect(side.query()).toBe(true);
    expect(cuda.defaultStream().id).toBe(0);
  });

  it("refuses a promise inside a stream, with the stream put back", () => {
    const main = cuda.currentStream();
    expect(() => cuda.stream(new cuda.Stream(), async () => 1)).toThrowError(
      expect.objectContaining({ code: "FABRIC_USAGE_ASYNC_CONTEXT" }),
    );
    expect(cuda.currentStream().equals(main)).toBe(true);
  });

  it("takes the time between events", () => {
    const [start, end] = [
      new cuda.Event({ enableTiming: true }),
      new cuda.Event({ enableTiming: true }),
    ];
    start.record();
    const x = torch.randn([2048, 2048], { device: "cuda" });
    for (let i = 0; i < 8; i++) x.matmul(x);
    end.record();
    end.synchronize();
    expect(end.query()).toBe(true);
    expect(start.elapsedTime(end)).toBeGreaterThan(0);
    expect(() => new cuda.Event().elapsedTime(end)).toThrowError(
      expect.objectContaining({ code: "FABRIC_USAGE_EVENT_TIMING" }),
    );
  });

  it("draws the same numbers after the same seed", () => {
    cuda.manualSeedAll(7);
    const a = torch.randn([8], { device: "cuda" }).toArray();
    cuda.manualSeed(7);
    expect(torch.randn([8], { device: "cuda" }).toArray()).toEqual(a);
  });

  it("copies from page-locked memory without blocking", () => {
    const pinned = torch.arange(0, 1000).pinMemory();
    expect(pinned.isPinned()).toBe(true);
    const there = pinned.to("cuda", { nonBlocking: true });
    expect(there.sum().item()).toBe(499500);
  });

  it("records a graph and replays it on new inputs", () => {
    const input = torch.ones([16], { device: "cuda" });
    cuda.synchronize();
    const graph = new cuda.CUDAGraph();
    const output = cuda.graph(graph, () => {
      expect(cuda.isCurrentStreamCapturing()).toBe(true);
      return input.mul(2).add(1);
    });
    expect(cuda.isCurrentStreamCapturing()).toBe(false);
    input.fill_(5);
    graph.replay();
    expect(output.toArray()).toEqual(new Array(16).fill(11));
    const shared = new cuda.CUDAGraph();
    const again = cuda.graph(shared, { pool: graph.pool() }, () => output.neg());
    graph.replay();
    shared.replay();
    expect(again.at(0).item()).toBe(-11);
    shared.reset();
  });

  it("goes on with random numbers from replay to replay", () => {
    const graph = new cuda.CUDAGraph();
    const noise = cuda.graph(graph, () => torch.rand([64], { device: "cuda" }));
    graph.replay();
    const first = noise.toArray();
    graph.replay();
    expect(noise.toArray()).not.toEqual(first);
  });

  it("refuses a read inside a graph, and works afterwards", () => {
    const x = torch.ones([4], { device: "cuda" });
    const refused = expect.objectContaining({ code: "FABRIC_CAPTURE_HOST_READ" });
    expect(() => cuda.graph(new cuda.CUDAGraph(), () => x.sum().item())).toThrowError(refused);
    // Found by CUDA itself: the number of results depends on values.
    expect(() => cuda.graph(new cuda.CUDAGraph(), () => x.nonzero())).toThrowError(refused);
    expect(x.mul(3).sum().item()).toBe(12);
    const graph = new cuda.CUDAGraph();
    const y = cuda.graph(graph, () => x.add(1));
    graph.replay();
    expect(y.sum().item()).toBe(8);
  });
});
