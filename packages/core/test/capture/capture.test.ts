// fabric.capture with a recorder for the CPU: what is run, copied, replayed and refused.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DDPStrategy,
  functional as F,
  Fabric,
  nn,
  optim,
  Precision,
  type Tensor,
  torch,
} from "@fabric/core";
import { safetensors } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { Net, thrown } from "../helpers.js";
import { FakeRecorder, SilentRecorder } from "./fake-recorder.js";

type Step = (x: Tensor, y: Tensor) => Tensor;

/** A model, its optimizer and one step of it. */
function training(options: ConstructorParameters<typeof Fabric>[0] = {}): {
  fabric: Fabric;
  net: Net;
  optimizer: optim.AdamW;
  step: Step;
} {
  torch.manualSeed(5);
  const fabric = new Fabric({ accelerator: "cpu", ...options });
  const net = new Net();
  const [model, optimizer] = fabric.setup(
    net,
    new optim.AdamW(net.parameters(), { lr: 2 ** -6, capturable: true, fused: true }),
  );
  const step: Step = (x, y) => {
    optimizer.zeroGrad();
    const loss = F.mseLoss(model.forward(x), y);
    fabric.backward(loss);
    optimizer.step();
    return loss;
  };
  return { fabric, net, optimizer, step };
}

function batches(count: number): [Tensor, Tensor][] {
  const generator = new torch.Generator().manualSeed(11);
  return Array.from({ length: count }, () => [
    torch.randn([3, 4], { generator }),
    torch.randn([3, 2], { generator }),
  ]);
}

const weightsOf = (net: Net): unknown => net.parameters().map((p) => p.toArray());

describe("fabric.capture", () => {
  it("warms up, records once, and replays from then on; each call is one step", () => {
    const plain = training();
    const expected = batches(9).map(([x, y]) => plain.step(x, y).item());
    const { fabric, net, step } = training();
    const recorder = new FakeRecorder();
    const run = fabric.capture(step, { recorder });
    const losses = batches(9).map(([x, y], i) => {
      expect(run.isCaptured).toBe(i > 3);
      return run(x, y).item();
    });
    expect(losses).toEqual(expected);
    expect(weightsOf(net)).toEqual(weightsOf(plain.net));
    expect(recorder.calls).toEqual([
      ...["warm", "warm", "warm", "record"],
      ...new Array(6).fill("replay"),
    ]);
    expect(run.replays).toBe(6);
  });

  it("returns the same tensors each time, detached, and copies inputs into its own", () => {
    const { fabric, step } = training();
    const seen: Tensor[] = [];
    const run = fabric.capture(
      (x: Tensor, y: Tensor) => {
        seen.push(x);
        return { loss: step(x, y), both: [x, y] };
      },
      { warmup: 1, recorder: new FakeRecorder() },
    );
    const [a, b, c] = batches(3) as [[Tensor, Tensor], [Tensor, Tensor], [Tensor, Tensor]];
    run(...a);
    const second = run(...b);
    const third = run(...c);
    expect(third).toBe(second);
    expect(third.loss.requiresGrad).toBe(false);
    expect(seen[2]).toBe(seen[1]);
    expect(seen[1]).not.toBe(b[0]);
    expect(third.both[0]?.toArray()).toEqual(c[0].toArray());
  });

  it("keeps outputs and inputs when the caller's scope ends", () => {
    const { fabric, step } = training();
    const run = fabric.capture(step, { warmup: 1, recorder: new FakeRecorder() });
    for (const [x, y] of batches(4)) {
      const loss = torch.scope(() => {
        run(x, y);
        return run(x, y).item();
      });
      expect(Number.isFinite(loss)).toBe(true);
    }
  });

  it("warms up and records at once with sample inputs", () => {
    const { fabric, step } = training();
    const recorder = new FakeRecorder();
    const [sample] = batches(1) as [[Tensor, Tensor]];
    const run = fabric.capture(step, { warmup: 2, sampleInputs: sample, recorder });
    expect(run.isCaptured).toBe(true);
    expect(recorder.calls).toEqual(["warm", "warm", "record"]);
    run(...sample);
    expect(recorder.calls).toHaveLength(4);
  });

  it("follows a learning rate that changes, and counts steps for schedulers", () => {
    const schedule = (net: Net, t: ReturnType<typeof training>, run: Step): unknown => {
      const scheduler = new optim.lrScheduler.StepLR(t.optimizer, 2, { gamma: 0.5 });
      t.fabric.setupSchedulers(scheduler);
      for (const [x, y] of batches(8)) {
        run(x, y);
        scheduler.step();
      }
      return weightsOf(net);
    };
    const plain = training();
    const recorded = training();
    const run = recorded.fabric.capture(recorded.step, { recorder: new FakeRecorder() });
    expect(schedule(recorded.net, recorded, run)).toEqual(schedule(plain.net, plain, plain.step));
  });

  it("records anew after a reset", () => {
    const { fabric, step } = training();
    const recorder = new FakeRecorder();
    const run = fabric.capture(step, { warmup: 1, recorder });
    const [first, second] = batches(2) as [[Tensor, Tensor], [Tensor, Tensor]];
    run(...first);
    run(...second);
    run.reset();
    expect(run.isCaptured).toBe(false);
    run(first[0].at(torch.slice(0, 2)), first[1].at(torch.slice(0, 2)));
    run(first[0].at(torch.slice(0, 2)), first[1].at(torch.slice(0, 2)));
    expect(run.isCaptured).toBe(true);
    expect(recorder.calls.filter((call) => call === "record")).toHaveLength(2);
  });

  it("records anew after a load, which puts other tensors in the place of an optimizer's state", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fabric-capture-"));
    try {
      const { fabric, net, optimizer, step } = training();
      const recorder = new FakeRecorder();
      const run = fabric.capture(step, { warmup: 1, recorder });
      const data = batches(8);
      for (const [x, y] of data.slice(0, 4)) run(x, y);
      await fabric.save(join(folder, "a"), { net, optimizer });
      const go = (): unknown => {
        for (const [x, y] of data.slice(4)) run(x, y);
        return weightsOf(net);
      };
      const expected = go();
      recorder.calls.length = 0;
      await fabric.load(join(folder, "a"), { net, optimizer });
      expect(run.isCaptured).toBe(true); // until the next call finds out
      expect(go()).toEqual(expected);
      const anew = ["reset", "warm", "record", "replay", "replay", "replay"];
      expect(recorder.calls).toEqual(anew);
      safetensors.save(join(folder, "net.safetensors"), net.stateDict());
      recorder.calls.length = 0;
      await fabric.loadRaw(join(folder, "net.safetensors"), net);
      go();
      expect(recorder.calls).toEqual(anew);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each<[string, (t: ReturnType<typeof training>) => void]>([
    ["state of its own", ({ optimizer }) => optimizer.loadStateDict(optimizer.stateDict())],
    [
      "another parameter",
      ({ optimizer }) => optimizer.addParamGroup({ params: [new nn.Parameter(torch.ones([1]))] }),
    ],
  ])("records anew after an optimizer was given %s", (_what, change) => {
    const made = training();
    const recorder = new FakeRecorder();
    const run = made.fabric.capture(made.step, { warmup: 1, recorder });
    for (const [x, y] of batches(3)) run(x, y);
    change(made);
    for (const [x, y] of batches(3)) run(x, y);
    expect(recorder.calls).toEqual([
      ...["warm", "record", "replay", "replay"],
      ...["reset", "warm", "record", "replay", "replay"],
    ]);
  });

  it("tells libtorch which weights a replay wrote, also when the step drops their gradients", () => {
    const fabric = new Fabric({ accelerator: "cpu" });
    const [a, b] = [new Net(), new Net()];
    const unused = new nn.Parameter(torch.ones([1]));
    const optimizers = [a, b].map((net) => {
      const params = [...net.parameters(), ...(net === a ? [unused] : [])];
      return fabric.setupOptimizers(new optim.SGD(params, { lr: 1, capturable: true }));
    });
    const models = [a, b].map((net) => fabric.setupModule(net));
    const step = (x: Tensor, y: Tensor): void => {
      models.forEach((model, i) => {
        fabric.backward(F.mseLoss(model.forward(x), y));
        optimizers[i]?.step();
        for (const optimizer of optimizers) optimizer.zeroGrad();
      });
    };
    const run = fabric.capture(step, { warmup: 1, recorder: new SilentRecorder() });
    const data = batches(4);
    for (const [x, y] of data.slice(0, 2)) run(x, y);
    const versions = (): number[] =>
      [...a.parameters(), ...b.parameters(), unused].map((p) => p.version);
    const before = versions();
    for (const [x, y] of data.slice(2)) run(x, y);
    const last = before.pop();
    expect(versions()).toEqual([...before.map((version) => version + 2), last]);
  });

  it("tells libtorch that a replay wrote to the weights", () => {
    const { fabric, net, step } = training();
    const run = fabric.capture(step, { warmup: 1, recorder: new SilentRecorder() });
    const data = batches(4);
    for (const [x, y] of data.slice(0, 2)) run(x, y);
    const versions = (): number[] => net.parameters().map((p) => p.version);
    const before = versions();
    for (const [x, y] of data.slice(2)) run(x, y);
    expect(versions()).toEqual(before.map((version) => version + 2));
  });

  it("refuses inputs that differ from the recorded ones, and says which and how", () => {
    const { fabric } = training();
    const run = fabric.capture((batch: { x: Tensor; scale: number }) => batch.x.mul(batch.scale), {
      warmup: 1,
      recorder: new FakeRecorder(),
    });
    const x = torch.ones([2, 3]);
    run({ x, scale: 2 });
    run({ x, scale: 2 });
    const message = (fn: () => unknown): string => thrown("FABRIC_CAPTURE_INPUT", fn).message;
    expect(message(() => run({ x: torch.ones([1, 3]), scale: 2 }))).toMatch(
      /0\.x: float32\[2, 3\] .*0\.x: float32\[1, 3\]/,
    );
    expect(message(() => run({ x: x.double(), scale: 2 }))).toMatch(/float64\[2, 3\]/);
    expect(message(() => run({ x, scale: 3 }))).toMatch(/0\.scale: 2 .*0\.scale: 3/);
    expect(message(() => run({ x, scale: 2, more: x } as never))).toMatch(/more/);
    expect(
      run({ x: x.mul(5), scale: 2 })
        .at(0, 0)
        .item(),
    ).toBe(10);
    const grad = x.clone().requiresGrad_();
    run.reset();
    expect(message(() => run({ x: grad, scale: 2 }))).toMatch(/requires a gradient/);
  });

  it("refuses a step that reads a number, naming the read; the gradients made are dropped", () => {
    const { fabric, net, step } = training();
    const run = fabric.capture(
      (x: Tensor, y: Tensor) => {
        const loss = step(x, y);
        return loss.item() > 1 ? loss : loss.neg();
      },
      { warmup: 1, recorder: new FakeRecorder() },
    );
    const [batch] = batches(1) as [[Tensor, Tensor]];
    run(...batch);
    const error = thrown("FABRIC_CAPTURE_HOST_READ", () => run(...batch));
    expect(error.message).toMatch(/^item: /);
    expect(net.parameters().every((p) => p.grad === null)).toBe(true);
    expect(() => run(...batch)).toThrow(error);
    run.reset();
    run(...batch);
  });

  it("refuses an optimizer that decides on the host, before its step", () => {
    const fabric = new Fabric({ accelerator: "cpu" });
    const net = new Net();
    for (const raw of [new optim.RMSprop(net.parameters()), new optim.AdamW(net.parameters())]) {
      const [model, optimizer] = fabric.setup(net, raw);
      const run = fabric.capture(
        (x: Tensor) => {
          fabric.backward(model.forward(x).sum());
          optimizer.step();
        },
        { recorder: new FakeRecorder() },
      );
      const before = weightsOf(net);
      const error = thrown("FABRIC_CAPTURE_OPTIMIZER", () => run(torch.ones([1, 4])));
      expect(error.message).toMatch(/capturable: true/);
      expect(weightsOf(net)).toEqual(before);
    }
  });

  it("refuses promises, options that mean nothing, and clipping that would throw", () => {
    const { fabric, net, optimizer, step } = training();
    const recorder = new FakeRecorder();
    thrown("FABRIC_USAGE_ASYNC_CONTEXT", () => fabric.capture(async () => 1, { recorder })());
    thrown("FABRIC_CONFIG_CAPTURE", () => fabric.capture(step, { warmup: 0, recorder }));
    thrown("FABRIC_CONFIG_CAPTURE", () => fabric.capture(1 as never, { recorder }));
    thrown("FABRIC_CONFIG_CAPTURE", () =>
      fabric.capture(step, { sampleInputs: 3 as never, recorder }),
    );
    const clipped = (errorIfNonfinite?: boolean): Step =>
      fabric.capture(
        (x, y) => {
          step(x, y);
          return fabric.clipGradients(net, optimizer, { maxNorm: 0.1, errorIfNonfinite });
        },
        { recorder: new FakeRecorder() },
      );
    const [batch] = batches(1) as [[Tensor, Tensor]];
    const error = thrown("FABRIC_CAPTURE_HOST_READ", () => clipped()(...batch));
    expect(error.message).toMatch(/errorIfNonfinite: false/);
    expect(clipped(false)(...batch).item()).toBeGreaterThan(0);
  });

  it("refuses a Fabric whose steps cannot be recorded, with the reason", () => {
    const message = (code: string, fabric: Fabric, recorder?: FakeRecorder): string =>
      thrown(code, () => fabric.capture(() => 1, { recorder })).message;
    const recorder = new FakeRecorder();
    expect(message("FABRIC_CAPTURE_DEVICE", new Fabric({ accelerator: "cpu" }))).toMatch(
      /runs on "cpu"/,
    );
    const ddp = new Fabric({ accelerator: "cpu", strategy: new DDPStrategy() });
    expect(message("FABRIC_CAPTURE_STRATEGY", ddp, recorder)).toMatch(/between processes/);
    const heard = new Fabric({ accelerator: "cpu", callbacks: { onAfterOptimizerStep() {} } });
    expect(message("FABRIC_CAPTURE_CALLBACK", heard, recorder)).toMatch(/onAfterOptimizerStep/);
    class Own extends Precision {
      readonly precision = "own";
    }
    const own = new Fabric({ accelerator: "cpu", plugins: [new Own()] });
    expect(message("FABRIC_CAPTURE_PRECISION", own, recorder)).toMatch(/captureObstacle/);
  });
});
