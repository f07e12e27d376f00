// Checkpoints of one precision in another: floats by PyTorch's cast, other forms by their plugin's own conversion.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  Fabric,
  nn,
  PRECISION_KEY,
  Precision,
  registerPrecision,
  safetensors,
  type Tensor,
  torch,
} from "@fabric/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { testDevice } from "../../../../tools/test-support/device.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fabric-convert-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

class Tiny extends nn.Module {
  fc = new nn.Linear(4, 3);
  forward(x: Tensor): Tensor {
    return this.fc.forward(x);
  }
}

/** Stores weights as int8 with one scale a tensor: a form of its own. */
class Packed extends nn.Module {
  declare code: Tensor;
  declare scale: Tensor;
  bias: nn.Parameter;
  constructor(source: nn.Linear) {
    super();
    const { weight, bias } = source;
    const scale = weight.detach().abs().max().div(127);
    this.registerBuffer("code", weight.detach().div(scale).round().to("int8"));
    this.registerBuffer("scale", scale);
    this.bias = bias as nn.Parameter;
  }
  forward(x: Tensor): Tensor {
    return nn.functional.linear(x, this.code.to("float32").mul(this.scale), this.bias);
  }
}

class PackedPrecision extends Precision {
  readonly precision = "packed";
  override convertModule<M extends nn.Module>(module: M): M {
    nn.replaceModules(module, (child) =>
      child instanceof nn.Linear ? new Packed(child) : undefined,
    );
    return module;
  }
  override plainStateDict(state: Record<string, Tensor>): Record<string, Tensor> {
    const plain: Record<string, Tensor> = {};
    for (const [key, value] of Object.entries(state)) {
      if (key.endsWith(".scale")) continue;
      if (!key.endsWith(".code")) plain[key] = value;
      else
        plain[key.replace(/code$/, "weight")] = value
          .to("float32")
          .mul(state[key.replace(/code$/, "scale")] as Tensor);
    }
    return plain;
  }
}

/** bf16 storage, without a form of its own. */
class Narrow extends Precision {
  readonly precision: string;
  constructor(precision = "narrow") {
    super();
    this.precision = precision;
  }
  override convertModule<M extends nn.Module>(module: M): M {
    return module.to("bfloat16");
  }
}

const at = (name: string): string => join(folder, name);
const full = (): Fabric => new Fabric({ accelerator: testDevice });
const packed = (): Fabric =>
  new Fabric({ accelerator: testDevice, plugins: [new PackedPrecision()] });
const stored = (path: string): Record<string, unknown> =>
  (
    JSON.parse(safetensors.open(path).metadata["fabric"] as string) as {
      checkpoint: { state: Record<string, Record<string, unknown>> };
    }
  ).checkpoint.state[PRECISION_KEY] as Record<string, unknown>;

describe("a checkpoint in a form of its own", () => {
  it("is refused without convert, before anything is loaded", async () => {
    await packed().save(at("p"), { model: packed().setup(new Tiny()), step: 7 });
    const model = full().setup(new Tiny());
    const before = model.fc.weight.clone();
    const state = { step: 0, model };
    await expect(full().load(at("p"), state)).rejects.toMatchObject({
      code: "FABRIC_CHECKPOINT_CONVERT",
      message: expect.stringMatching(/"packed".*"32-true".*convert: true/s),
    });
    expect(state.step).toBe(0);
    expect(model.fc.weight.equal(before)).toBe(true);
    // what is no module can be had as it is
    expect(await full().load(at("p"), { step: 0 })).toHaveProperty("model");
  });

  it("is converted by the plugin that saved it, found by its alias", async () => {
    using _alias = registerPrecision("packed", () => new PackedPrecision());
    const fabric = packed();
    const source = fabric.setup(new Tiny());
    await fabric.save(at("p"), { model: source });
    const target = full().setup(new Tiny());
    const rest = await full().load(at("p"), { model: target }, { convert: true });
    expect(rest).toEqual({});
    const x = torch.randn([5, 4]);
    expect(target.forward(x).toArray()).toEqual(source.forward(x).toArray());
  });

  it("needs that plugin, and says how to get it", async () => {
    await packed().save(at("p"), { model: packed().setup(new Tiny()) });
    await expect(
      full().load(at("p"), { model: full().setup(new Tiny()) }, { convert: true }),
    ).rejects.toMatchObject({ message: expect.stringContaining('"packed"') });
  });

  it("keeps where the weights come from in later checkpoints", async () => {
    using _alias = registerPrecision("packed", () => new PackedPrecision());
    await packed().save(at("p"), { model: packed().setup(new Tiny()) });
    const fabric = full();
    const model = fabric.setup(new Tiny());
    await fabric.load(at("p"), { model }, { convert: true });
    await fabric.save(at("f.safetensors"), { model });
    expect(stored(at("f.safetensors"))).toEqual({
      name: "32-true",
      plain: true,
      convertedFrom: ["packed"],
    });
    // ... also through a resume, and one more conversion
    const again = full();
    const resumed = again.setup(new Tiny());
    await again.load(at("f.safetensors"), { model: resumed });
    await again.save(at("g.safetensors"), { model: resumed });
    expect(stored(at("g.safetensors"))["convertedFrom"]).toEqual(["packed"]);
    const narrow = new Fabric({ accelerator: testDevice, plugins: [new Narrow()] });
    const small = narrow.setup(new Tiny());
    await narrow.load(at("g.safetensors"), { model: small });
    await narrow.save(at("h.safetensors"), { model: small });
    expect(stored(at("h.safetensors"))["convertedFrom"]).toEqual(["packed", "32-true"]);
  });

  it("goes through loadRaw as well", async () => {
    using _alias = registerPrecision("packed", () => new PackedPrecision());
    const source = packed().setup(new Tiny());
    await packed().save(at("p"), { ...source.stateDict() });
    const model = full().setup(new Tiny());
    await expect(full().loadRaw(at("p"), model)).rejects.toMatchObject({
      code: "FABRIC_CHECKPOINT_CONVERT",
    });
    await full().loadRaw(at("p"), model, { convert: true });
    const x = torch.randn([5, 4]);
    expect(model.forward(x).toArray()).toEqual(source.forward(x).toArray());
  });
});

describe("floating-point checkpoints", () => {
  it("are cast as PyTorch casts them, which is said once", async () => {
    const told: string[] = [];
    const spy = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      told.push(String(text));
      return true;
    });
    try {
      const fabric = full();
      const model = fabric.setup(new Tiny());
      await fabric.save(at("f"), { model });
      const narrow = new Fabric({ accelerator: testDevice, plugins: [new Narrow("narrow-once")] });
      const small = narrow.setup(new Tiny());
      await narrow.load(at("f"), { model: small });
      await narrow.load(at("f"), { model: small });
      expect(small.fc.weight.dtype).toBe("bfloat16");
      expect(small.fc.weight.equal(model.fc.weight.to("bfloat16"))).toBe(true);
      // and back, exactly
      await narrow.save(at("n"), { model: small });
      await fabric.load(at("n"), { model });
      expect(model.fc.weight.equal(small.fc.weight.to("float32"))).toBe(true);
    } finally {
      spy.mockRestore();
    }
    expect(
      told.filter((line) => /"32-true".*float32 are cast to bfloat16/.test(line)),
    ).toHaveLength(1);
    expect(
      told.filter((line) => /"narrow-once".*bfloat16 are cast to float32/.test(line)),
    ).toHaveLength(1);
  });

  it("of other programs have no precision, and load", async () => {
    safetensors.save(at("x.safetensors"), new Tiny().stateDict());
    const narrow = new Fabric({ accelerator: testDevice, plugins: [new Narrow()] });
    await narrow.loadRaw(at("x.safetensors"), narrow.setup(new Tiny()));
  });
});
