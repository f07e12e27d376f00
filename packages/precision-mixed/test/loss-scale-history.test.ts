// The loss scale made visible: its history, events, log and the end of a hopeless run.
import {
  Fabric,
  FabricError,
  type Logger,
  LossScaleMonitor,
  type LossScaleMonitorOptions,
} from "@fabric/core";
import * as torch from "@fabric/torch";
import { amp, nn, optim, type Tensor } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { testDevice } from "../../../tools/test-support/device.js";
import { MixedPrecision, type MixedPrecisionOptions } from "../src/index.js";

interface Run {
  readonly fabric: Fabric;
  readonly mixed: MixedPrecision;
  /** One step; `bad` makes its gradient infinite. */
  step(bad?: boolean): void;
}

function setUp(
  scaler: amp.GradScalerOptions,
  {
    callbacks = [],
    loggers = [],
    ...options
  }: Partial<MixedPrecisionOptions> & { callbacks?: object[]; loggers?: Logger[] } = {},
): Run {
  const mixed = new MixedPrecision({
    precision: "16-mixed",
    device: "cpu",
    scaler: new amp.GradScaler({ device: "cpu", ...scaler }),
    ...options,
  });
  const fabric = new Fabric({ accelerator: testDevice, plugins: [mixed], callbacks, loggers });
  const net = new nn.Linear(3, 1);
  const [model, optimizer] = fabric.setup(net, new optim.SGD(net.parameters(), { lr: 0.01 }));
  const step = (bad = false): void => {
    optimizer.zeroGrad();
    const x = torch.ones([2, 3]).mul(bad ? Number.POSITIVE_INFINITY : 1);
    fabric.backward((model.forward(x) as Tensor).square().mean());
    fabric.clipGradients(model, optimizer, { maxNorm: 10 });
    optimizer.step();
  };
  return { fabric, mixed, step };
}

describe("the history of a loss scale", () => {
  it("counts steps and skipped ones, and tells every change with its reason", () => {
    const { fabric, step } = setUp({ initScale: 64, growthInterval: 2 });
    expect(fabric.lossScaleHistory).toEqual({ steps: 0, skippedSteps: 0, changes: [] });
    for (const bad of [false, true, false, false, true, true]) step(bad);
    expect(fabric.lossScaleHistory).toEqual({
      steps: 6,
      skippedSteps: 3,
      changes: [
        { step: 2, scale: 32, reason: "overflow" },
        { step: 4, scale: 64, reason: "growth" },
        { step: 5, scale: 32, reason: "overflow" },
        { step: 6, scale: 16, reason: "overflow" },
      ],
    });
    expect(fabric.lossScale).toBe(16);
  });

  it("is null without a scaler", () => {
    expect(new Fabric({ accelerator: testDevice }).lossScaleHistory).toBeNull();
    const brain = new MixedPrecision({ precision: "bf16-mixed", device: "cpu" });
    expect(brain.lossScaleHistory()).toBeNull();
  });

  it("goes on after a resume; states without one begin anew, and PyTorch's keys are as they were", () => {
    const first = setUp({ initScale: 64, growthInterval: 2 });
    for (const bad of [false, true, false]) first.step(bad);
    const saved = JSON.parse(JSON.stringify(first.mixed.stateDict())) as Record<string, unknown>;
    const second = setUp({ initScale: 1024 });
    second.mixed.loadStateDict(saved);
    expect(second.fabric.lossScaleHistory).toEqual(first.fabric.lossScaleHistory);
    second.step();
    expect(second.fabric.lossScaleHistory).toMatchObject({ steps: 4, skippedSteps: 1 });
    const { history: _, ...plain } = saved;
    expect(Object.keys(plain).sort()).toEqual([
      "_growth_tracker",
      "backoff_factor",
      "growth_factor",
      "growth_interval",
      "scale",
    ]);
    second.mixed.loadStateDict(plain);
    expect(second.fabric.lossScaleHistory).toMatchObject({ steps: 0, changes: [] });
    second.mixed.loadStateDict({ ...plain, history: { steps: "many", changes: [1, null] } });
    expect(second.fabric.lossScaleHistory).toEqual({ steps: 0, skippedSteps: 0, changes: [] });
  });

  it("keeps a bounded number of changes", () => {
    const { fabric, step } = setUp({ initScale: 2 ** 10, growthInterval: 1 }, {});
    for (let i = 0; i < 1100; i++) step(i % 2 === 1);
    const history = fabric.lossScaleHistory;
    expect(history?.steps).toBe(1100);
    expect(history?.skippedSteps).toBe(550);
    expect(history?.changes.length).toBeLessThanOrEqual(1001);
    expect(history?.changes.at(-1)).toMatchObject({ step: 1100, reason: "overflow" });
  });

  it("enters a generation once, though its second optimizer comes late", () => {
    const mixed = new MixedPrecision({
      precision: "16-mixed",
      device: "cpu",
      scaler: new amp.GradScaler({ device: "cpu", initScale: 8, growthInterval: 1 }),
    });
    const weights = [1, 1].map(() => new nn.Parameter(torch.ones([1])));
    const [a, b] = weights.map((weight) => new optim.SGD([weight], { lr: 1 })) as [
      optim.SGD,
      optim.SGD,
    ];
    const [w, v] = weights as [nn.Parameter, nn.Parameter];
    mixed.backward(w.mul(1).add(v.mul(Number.POSITIVE_INFINITY)).sum(), null);
    mixed.optimizerStep(a);
    expect(mixed.lossScaleHistory()).toMatchObject({
      steps: 1,
      skippedSteps: 0,
      changes: [{ scale: 16, reason: "growth" }],
    });
    mixed.optimizerStep(b);
    expect(mixed.lossScaleHistory()).toEqual({
      steps: 1,
      skippedSteps: 1,
      changes: [{ step: 1, scale: 4, reason: "overflow" }],
    });
  });
});

class Recorder implements Logger {
  readonly name = "recorder";
  readonly version = 0;
  readonly lines: [Record<string, number>, number | undefined][] = [];
  logMetrics(metrics: Record<string, number>, step?: number): void {
    this.lines.push([metrics, step]);
  }
  logHyperparams(): void {}
  save(): void {}
  finalize(): void {}
}

describe("LossScaleMonitor", () => {
  const run = (options: LossScaleMonitorOptions, steps: boolean[]): Recorder["lines"] => {
    const recorder = new Recorder();
    const { step } = setUp(
      { initScale: 64, growthInterval: 2 },
      { callbacks: [new LossScaleMonitor(options)], loggers: [recorder] },
    );
    for (const bad of steps) step(bad);
    return recorder.lines;
  };

  it("logs skipped steps and changes when they happen, and now and then", () => {
    const lines = run({ everyNSteps: 6 }, [false, true, false, false, false, false]);
    expect(
      lines.map(([metrics, step]) => [step, metrics["lossScale"], metrics["skippedSteps"]]),
    ).toEqual([
      [1, 64, 0], // the first is news
      [2, 64, 1], // skipped
      [3, 32, 1], // fell
      [5, 64, 1], // grew
      [6, 64, 1], // the sixth
    ]);
    expect(lines[0]?.[0]["gradNorm"]).toBeGreaterThan(0);
  });

  it("refuses an interval that is none", () => {
    expect(() => new LossScaleMonitor({ everyNSteps: 0 })).toThrowError(
      expect.objectContaining({ code: "FABRIC_CONFIG_OPTION" }),
    );
  });
});

it("callbacks are told of overflows and growth", () => {
  const events: unknown[] = [];
  const { step } = setUp(
    { initScale: 64, growthInterval: 1 },
    { callbacks: [{ onPrecisionEvent: (event: unknown) => events.push(event) }] },
  );
  for (const bad of [false, false, true, false]) step(bad);
  expect(events).toEqual([
    { kind: "growth", lossScale: 128 },
    { kind: "overflow", lossScale: 256 },
  ]);
});

describe("a scale that has collapsed", () => {
  const stepsUntilError = (
    options: Partial<MixedPrecisionOptions>,
    most = 200,
  ): [number, FabricError | null] => {
    const { step } = setUp({ initScale: 4 }, options);
    for (let i = 1; i <= most; i++) {
      try {
        step(true);
      } catch (error) {
        return [i, error as FabricError];
      }
    }
    return [most, null];
  };

  it("ends the run, naming the first parameter whose gradient is not finite", () => {
    const [steps, error] = stepsUntilError({});
    expect(error).toBeInstanceOf(FabricError);
    expect(error?.code).toBe("FABRIC_USAGE_LOSS_SCALE_COLLAPSED");
    // scales 4 and 2, then 25 times 1 and below
    expect(steps).toBe(27);
    expect(error?.message).toContain("25 steps in a row");
    expect(error?.message).toMatch(/`weight`.*bf16-mixed.*collapseAfter: false/s);
  });

  it("after as many steps as one says, or never", () => {
    expect(stepsUntilError({ collapseAfter: 3 })[0]).toBe(5);
    expect(stepsUntilError({ collapseAfter: false })).toEqual([200, null]);
  });

  it("does not count steps that went well in between", () => {
    const { step, fabric } = setUp({ initScale: 1 }, { collapseAfter: 3 });
    for (let i = 0; i < 12; i++) step(i % 3 !== 2);
    expect(fabric.lossScaleHistory?.skippedSteps).toBe(8);
  });

  it.each([0, 1.5, true, "3"])("%j is no number of steps", (collapseAfter) => {
    expect(() => setUp({}, { collapseAfter: collapseAfter as never })).toThrowError(
      expect.objectContaining({ code: "FABRIC_CONFIG_OPTION" }),
    );
  });
});
