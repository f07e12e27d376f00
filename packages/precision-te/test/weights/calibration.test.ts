// From a trained float model to FP8 inference: calibrate, save, load, evaluate with frozen scales.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fabric } from "@fabric/core";
import * as torch from "@fabric/torch";
import { nn, type Tensor } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { testDevice } from "../../../../tools/test-support/device.js";
import {
  fp8Autocast,
  fp8StateDict,
  LayerNormMLP,
  Linear,
  quantizedModelInit,
  quantizeWeights_,
  TransformerEnginePrecision,
} from "../../src/index.js";

const recipe = { amaxHistoryLen: 16 };

/**
 * A cast to E4M3 is off by at most 2^-4 of a value, 2^-4 / sqrt(3) in the root mean square if errors are uniform. Inputs and weights of the two
 * linear layers that follow one another are four such casts; the branch between them adds little.
 */
const TOLERANCE = Math.sqrt(4) * (2 ** -4 / Math.sqrt(3));

class Net extends nn.Module {
  first = new Linear(64, 96);
  mlp = new LayerNormMLP(96, 128);
  last = new Linear(96, 32);
  override forward(x: Tensor): Tensor {
    const h = this.first.forward(x);
    return this.last.forward(h.add(this.mlp.forward(h)));
  }
}

/** Inputs far beyond 448, where scales of 1 saturate. */
function batches(count: number, seed: number): Tensor[] {
  const generator = new torch.Generator(testDevice);
  generator.manualSeed(seed);
  return Array.from({ length: count }, () => torch.randn([32, 64], { generator }).mul(2000));
}

function trained(): Net {
  torch.manualSeed(7);
  return new Net().eval();
}

function calibrate(net: nn.Module & { forward(x: Tensor): unknown }, inputs: Tensor[]): void {
  for (const x of inputs)
    torch.noGrad(() =>
      fp8Autocast({ enabled: false, calibrating: true, recipe }, () => net.forward(x)),
    );
}

const inFp8 = (net: Net, x: Tensor): Tensor =>
  torch.noGrad(() => fp8Autocast({ recipe }, () => net.forward(x)));

/** Root of the mean squared error over that of the values. */
function relativeError(a: Tensor, b: Tensor): number {
  return torch.noGrad(() => a.sub(b).square().sum().div(b.square().sum()).sqrt().item() as number);
}

const scalesOf = (net: Net): unknown =>
  [net.first, net.mlp, net.last].map((layer) => layer.fp8State?.forward.scale.toArray());

describe("calibration", () => {
  it("of a float model: saved, loaded, evaluated in FP8 with frozen scales", () => {
    const net = trained();
    const [x] = batches(1, 99) as [Tensor];
    const expected = torch.noGrad(() => net.forward(x));
    // Without it the inputs saturate.
    const raw = trained();
    expect(relativeError(inFp8(raw, x), expected)).toBeGreaterThan(0.3);
    calibrate(net, batches(8, 1));
    const path = join(mkdtempSync(join(tmpdir(), "fabric-te-")), "calibrated.safetensors");
    torch.safetensors.save(path, net.stateDict());

    const loaded = new Net().eval();
    loaded.loadStateDict(torch.safetensors.load(path));
    expect(scalesOf(loaded)).toEqual(scalesOf(net));
    const y = inFp8(loaded, x);
    expect(relativeError(y, expected)).toBeLessThan(TOLERANCE);
    inFp8(loaded, x.mul(1e-3));
    expect(scalesOf(loaded)).toEqual(scalesOf(net));

    // Weights as codes give the same, bit for bit, by either way.
    const held = quantizedModelInit({ recipe }, () => new Net()).eval();
    held.loadStateDict(torch.safetensors.load(path));
    expect(torch.equal(inFp8(held, x), y)).toBe(true);
    quantizeWeights_(loaded, { recipe });
    expect(torch.equal(inFp8(loaded, x), y)).toBe(true);
    torch.safetensors.save(path, fp8StateDict(loaded));
    const again = quantizedModelInit({ recipe }, () => new Net()).eval();
    again.loadStateDict(torch.safetensors.load(path));
    expect(torch.equal(inFp8(again, x), y)).toBe(true);
  });

  it("takes the largest magnitudes of all batches, in one region or several", () => {
    const [one, several] = [trained(), trained()];
    const inputs = [1, 8, 2].map((factor) => torch.full([4, 64], factor));
    calibrate(several, inputs);
    torch.noGrad(() =>
      fp8Autocast({ enabled: false, calibrating: true, recipe }, () => {
        for (const x of inputs) one.forward(x);
      }),
    );
    expect(one.first.fp8State?.forward.scale.select(0, 0).item()).toBe(56);
    expect(scalesOf(one)).toEqual(scalesOf(several));
  });

  it("takes the magnitudes of all processes", () => {
    const net = trained();
    const x = torch.full([4, 64], 7);
    const amaxReduction = (amaxes: Tensor) => void amaxes.mul_(2);
    torch.noGrad(() =>
      fp8Autocast({ enabled: false, calibrating: true, recipe, amaxReduction }, () =>
        net.forward(x),
      ),
    );
    expect(net.first.fp8State?.forward.scale.select(0, 0).item()).toBe(32);
  });

  it("of a model set up by Fabric, then held as codes", async () => {
    const plugin = new TransformerEnginePrecision({ weightsDtype: "bfloat16", recipe });
    const fabric = new Fabric({ accelerator: testDevice, plugins: [plugin] });
    const [x] = batches(1, 99) as [Tensor];
    const expected = torch.noGrad(() => trained().forward(x));
    const model = fabric.setup(trained());
    const inner = model.module as Net;
    calibrate(
      inner,
      batches(8, 1).map((batch) => batch.bfloat16()),
    );
    const evaluate = () => torch.noGrad(() => model.forward(x)) as Tensor;
    const y = evaluate();
    expect(relativeError(y, expected)).toBeLessThan(TOLERANCE);
    quantizeWeights_(model);
    expect(inner.first.weight.dtype).toBe("float8_e4m3fn");
    expect(torch.equal(evaluate(), y)).toBe(true);
    const path = join(mkdtempSync(join(tmpdir(), "fabric-te-")), "model");
    await fabric.save(path, { model });
    const other = fabric.setup(quantizedModelInit({ recipe }, () => new Net()).eval());
    await fabric.load(path, { model: other });
    expect(torch.equal(torch.noGrad(() => other.forward(x)) as Tensor, y)).toBe(true);
  });
});
