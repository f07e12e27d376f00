import * as torch from "@fabric/torch";
import { amp, nn, type Tensor } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { testDevice } from "../../../tools/test-support/device.js";
import manifest from "../package.json" with { type: "json" };
import { createPrecision, MixedPrecision, type MixedPrecisionOptions } from "../src/index.js";

const ALIASES = [
  ["16-mixed", "float16"],
  ["bf16-mixed", "bfloat16"],
] as const;

const make = (options: object) => () =>
  new MixedPrecision({ precision: "16-mixed", device: "cpu", ...options } as MixedPrecisionOptions);

describe("the constructor", () => {
  it.each(["32-true", "16", "bf16", 16, undefined])("refuses precision %s", (precision) => {
    expect(make({ precision })).toThrow(
      expect.objectContaining({ code: "FABRIC_CONFIG_PRECISION" }),
    );
  });

  it("refuses a scaler with bfloat16, and something that is none with float16", () => {
    const scaler = new amp.GradScaler({ device: "cpu" });
    const refused = expect.objectContaining({ code: "FABRIC_CONFIG_SCALER" });
    expect(make({ precision: "bf16-mixed", scaler })).toThrow(refused);
    expect(make({ scaler: { scale: 8 } })).toThrow(refused);
  });

  it("refuses other mistakes", () => {
    expect(make({ device: "gpu" })).toThrow(
      expect.objectContaining({ code: "FABRIC_CONFIG_DEVICE" }),
    );
    expect(make({ castInputs: "some" })).toThrow(
      expect.objectContaining({ code: "FABRIC_CONFIG_OPTION" }),
    );
    expect(make({ scale: 8 })).toThrow(expect.objectContaining({ code: "FABRIC_CONFIG_OPTION" }));
  });

  it("makes a scaler with the usual defaults for float16 and none for bfloat16", () => {
    const half = make({})();
    expect(half.stateDict()).toEqual({
      scale: 65536,
      growth_factor: 2,
      backoff_factor: 0.5,
      growth_interval: 2000,
      _growth_tracker: 0,
    });
    expect(half.lossScale()).toBe(65536);
    const brain = make({ precision: "bf16-mixed" })();
    expect(brain.scaler).toBeNull();
    expect(brain.stateDict()).toEqual({});
    expect(brain.lossScale()).toBe(1);
  });

  it("uses the scaler that it is given", () => {
    const scaler = new amp.GradScaler({ device: "cpu", initScale: 8 });
    const mixed = make({ scaler })();
    expect(mixed.scaler).toBe(scaler);
    expect(mixed.lossScale()).toBe(8);
  });

  it("needs fabric.backward only where there is a scaler at work", () => {
    expect(make({})().requiresFabricBackward).toBe(true);
    expect(make({ precision: "bf16-mixed" })().requiresFabricBackward).toBe(false);
    const scaler = new amp.GradScaler({ device: "cpu", enabled: false });
    const plain = make({ scaler })();
    expect(plain.requiresFabricBackward).toBe(false);
    expect(plain.stateDict()).toEqual({});
    expect(plain.lossScale()).toBe(1);
  });

  it("says in words what it does", () => {
    expect(make({})().describe()).toBe(
      "16-mixed: weights, gradients and optimizer state in float32, autocast to float16 on cpu, loss scale 65536",
    );
    expect(make({ precision: "bf16-mixed" })().describe()).toContain(
      "autocast to bfloat16 on cpu, no loss scaler",
    );
  });

  it("refuses to run on a device where it would cast nothing", () => {
    const mixed = make({ device: "cuda:1" })();
    expect(mixed.device).toBe("cuda");
    expect(() => mixed.validate({ accelerator: "cuda", device: "cuda:1" })).not.toThrow();
    expect(() => mixed.validate({ accelerator: testDevice, device: "cpu" })).toThrow(
      expect.objectContaining({ code: "FABRIC_CONFIG_DEVICE" }),
    );
  });
});

describe("createPrecision", () => {
  it.each(manifest.fabric.precisions)(
    "makes a plugin that reports %s, for the accelerator",
    (alias) => {
      const precision = createPrecision(alias, {
        accelerator: testDevice,
        device: "cpu",
      }) as MixedPrecision;
      expect([precision.precision, precision.device]).toEqual([alias, "cpu"]);
      expect(
        (createPrecision(alias, { accelerator: "mps", device: "mps" }) as MixedPrecision).device,
      ).toBe("mps");
    },
  );

  it("refuses an alias that is not in the manifest", () => {
    expect(() => createPrecision("16-true", { accelerator: testDevice, device: "cpu" })).toThrow(
      expect.objectContaining({ code: "FABRIC_CONFIG_PRECISION" }),
    );
  });
});

describe.each(ALIASES)("conversion under %s", (precision, dtype) => {
  it("casts every real floating input, float64 included, and nothing else", () => {
    const mixed = make({ precision })();
    const ids = torch.arange(0, 3);
    const wave = torch.complex(torch.ones([1]), torch.ones([1]));
    const args = [
      torch.ones([2], { dtype: "float64" }),
      { ids, wave, x: torch.ones([1]) },
    ] as const;
    const [y, nested] = mixed.convertInput(args);
    expect(y.dtype).toBe(dtype);
    expect(nested.x.dtype).toBe(dtype);
    expect(nested.ids).toBe(ids);
    expect(nested.wave).toBe(wave);
  });

  it("returns the arguments themselves if nothing changes", () => {
    const args = [torch.arange(0, 3), [torch.ones([1], { dtype })]];
    expect(make({ precision })().convertInput(args)).toBe(args);
  });

  it("spares the inputs that castInputs spares", () => {
    const args = [
      torch.ones([1]),
      { time: torch.tensor([16777217], { dtype: "float64" }) },
    ] as const;
    const none = make({ precision, castInputs: "none" })();
    expect(none.convertInput(args)).toBe(args);
    const seen: string[] = [];
    const some = make({
      precision,
      castInputs: (name: string, tensor: Tensor) => {
        seen.push(`${name} ${tensor.dtype}`);
        return name !== "1.time";
      },
    })();
    const [x, { time }] = some.convertInput(args);
    expect(seen).toEqual(["0 float32", "1.time float64"]);
    expect(x.dtype).toBe(dtype);
    expect(time.item()).toBe(16777217);
  });

  it("returns outputs in the default dtype of that moment", () => {
    const mixed = make({ precision })();
    const out = { logits: torch.ones([1], { dtype }), ids: torch.arange(0, 2) };
    expect(mixed.convertOutput(out).logits.dtype).toBe("float32");
    expect(mixed.convertOutput(out).ids).toBe(out.ids);
    expect(torch.defaultDtype("float64", () => mixed.convertOutput(out)).logits.dtype).toBe(
      "float64",
    );
  });
});

describe.each(ALIASES)("forwardContext under %s", (precision, dtype) => {
  it("computes in 16 bits with the weight cache on, and restores autocast after a throw", () => {
    const mixed = make({ precision })();
    const layer = new nn.Linear(2, 2);
    expect(() => {
      using _guard = mixed.forwardContext();
      expect(torch.autocastState("cpu")).toMatchObject({ enabled: true, dtype, cache: true });
      expect(layer.forward(torch.ones([1, 2])).dtype).toBe(dtype);
      expect(layer.weight.dtype).toBe("float32");
      throw new Error("inside");
    }).toThrow("inside");
    expect(torch.autocastState("cpu").enabled).toBe(false);
  });

  it("nests", () => {
    const mixed = make({ precision })();
    {
      using _outer = mixed.forwardContext();
      {
        using _inner = make({ precision: "bf16-mixed" })().forwardContext();
        expect(torch.autocastState("cpu").dtype).toBe("bfloat16");
      }
      expect(torch.autocastState("cpu")).toMatchObject({ enabled: true, dtype });
    }
    expect(torch.autocastState("cpu").enabled).toBe(false);
  });

  it("leaves the default dtype alone", () => {
    using _guard = make({ precision })().forwardContext();
    expect(torch.zeros([1]).dtype).toBe("float32");
  });
});
