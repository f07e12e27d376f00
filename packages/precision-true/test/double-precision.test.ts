import * as torch from "@fabric/torch";
import { nn, type Tensor } from "@fabric/torch";
import { afterEach, describe, expect, it } from "vitest";
import { testDevice } from "../../../tools/test-support/device.js";
import { DoublePrecision } from "../src/index.js";

class Wave extends nn.Module {
  fc = new nn.Linear(2, 2);
  phase = new nn.Parameter(torch.complex(torch.ones([2]), torch.ones([2]).mul(2)));
  constructor() {
    super();
    this.registerBuffer("table", torch.complex(torch.ones([2]), torch.ones([2]).mul(3)));
    this.registerBuffer("ids", torch.arange(0, 3));
  }
  override forward(x: Tensor): Tensor {
    return this.fc.forward(x);
  }
}

afterEach(() => {
  expect(torch.getDefaultDtype()).toBe("float32");
});

describe("DoublePrecision", () => {
  it("casts floats to float64 and complex64 to complex128, inside the same parameters", () => {
    const wave = new Wave();
    const parameters = wave.parameters();
    const table = wave.getBuffer("table");
    const double = new DoublePrecision();
    expect(double.convertModule(wave)).toBe(wave);
    expect(double.convertModule(wave)).toBe(wave);
    expect(wave.fc.weight.dtype).toBe("float64");
    expect(wave.phase.dtype).toBe("complex128");
    expect(wave.getBuffer("table").dtype).toBe("complex128");
    expect(wave.getBuffer("ids").dtype).toBe("int64");
    expect(wave.parameters().every((parameter, i) => parameter === parameters[i])).toBe(true);
    expect(torch.viewAsReal(wave.phase.detach()).toArray()).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(torch.viewAsReal(wave.getBuffer("table")).toArray()).toEqual([
      [1, 3],
      [1, 3],
    ]);
    expect(table.dtype).toBe("complex64"); // the caller's own tensor
  });

  it("casts complex gradients with their parameters", () => {
    const wave = new Wave();
    torch.viewAsReal(wave.phase).sum().backward();
    new DoublePrecision().convertModule(wave);
    expect(wave.phase.grad?.dtype).toBe("complex128");
    expect(wave.phase.requiresGrad).toBe(true);
  });

  it("makes float64 and complex128 tensors in its contexts, and restores the default on a throw", () => {
    const double = new DoublePrecision();
    for (const enter of [
      () => double.forwardContext(),
      () => double.moduleInitContext(),
      () => double.tensorInitContext(),
    ]) {
      expect(() => {
        using _guard = enter();
        expect(torch.zeros([1]).dtype).toBe("float64");
        expect(torch.complex(torch.zeros([1]), torch.ones([1])).dtype).toBe("complex128");
        throw new Error("inside");
      }).toThrow("inside");
      expect(torch.getDefaultDtype()).toBe("float32");
    }
  });

  it("returns the default dtype although it computed in float64, unless outputDtype says otherwise", () => {
    const out = torch.ones([1], { dtype: "float64" });
    expect(new DoublePrecision().convertOutput({ out }).out.dtype).toBe("float32");
    const whole = { out };
    expect(new DoublePrecision({ outputDtype: "float64" }).convertOutput(whole)).toBe(whole);
  });

  it("casts inputs to float64 and keeps integers and complex tensors", () => {
    const double = new DoublePrecision();
    const args = [torch.ones([1], { dtype: "bfloat16" }), torch.arange(0, 2)] as const;
    const [x, ids] = double.convertInput(args);
    expect(x.dtype).toBe("float64");
    expect(ids).toBe(args[1]);
  });

  it("refuses mps, which has no float64, and options that it does not know", () => {
    const double = new DoublePrecision();
    expect(() => double.validate({ accelerator: "mps", device: "mps" })).toThrow(
      expect.objectContaining({ code: "FABRIC_UNSUPPORTED_PRECISION" }),
    );
    expect(() => double.validate({ accelerator: testDevice, device: "cpu" })).not.toThrow();
    expect(() => new DoublePrecision({ output: "float64" } as never)).toThrow(
      expect.objectContaining({ code: "FABRIC_CONFIG_OPTION" }),
    );
    expect(() => new DoublePrecision({ outputDtype: "complex64" as never })).toThrow(
      expect.objectContaining({ code: "FABRIC_CONFIG_DTYPE" }),
    );
  });
});
