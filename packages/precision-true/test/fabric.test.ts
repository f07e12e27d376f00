// Whole-model precisions as users meet them: through Fabric.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fabric } from "@fabric/core";
import * as torch from "@fabric/torch";
import { functional as F, nn, optim, type Tensor } from "@fabric/torch";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { testDevice } from "../../../tools/test-support/device.js";
import { DoublePrecision, HalfPrecision } from "../src/index.js";

const PRECISIONS = [
  ["16-true", "float16"],
  ["bf16-true", "bfloat16"],
  ["64-true", "float64"],
] as const;

class Net extends nn.Module {
  embedding: nn.Embedding = new nn.Embedding(5, 4);
  norm: nn.BatchNorm1d = new nn.BatchNorm1d(4);
  fc: nn.Linear = new nn.Linear(4, 3);
  seen: string[] = [];

  constructor() {
    super();
    this.registerBuffer("ids", torch.arange(0, 3));
    this.registerBuffer("scale", torch.ones([1]));
  }

  override forward(ids: Tensor, x: Tensor): Tensor {
    this.seen.push(`${ids.dtype} ${x.dtype} ${torch.zeros([1]).dtype}`);
    const hidden = this.norm.forward(this.embedding.forward(ids).add(x));
    return this.fc.forward(hidden.mul(this.getBuffer("scale")));
  }
}

const cpu = (precision: string): Fabric => new Fabric({ accelerator: testDevice, precision });
const ids = (): Tensor => torch.tensor([0n, 3n]);
const targets = (): Tensor => torch.tensor([2n, 1n]);

beforeEach(() => {
  torch.manualSeed(4);
  vi.spyOn(process, "emitWarning").mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
  expect(torch.getDefaultDtype()).toBe("float32");
  expect(torch.autocastState("cpu").enabled).toBe(false);
});

describe.each(PRECISIONS)("under %s", (precision, dtype) => {
  it.each(["setup", "initModule"])(
    "everything real is %s but the output (module made by %s)",
    (how) => {
      const fabric = cpu(precision);
      expect(fabric.precision.precision).toBe(precision);
      const net = how === "setup" ? new Net() : fabric.initModule(() => new Net());
      if (how === "initModule") expect(net.fc.weight.dtype).toBe(dtype);
      const sgd = new optim.SGD(net.parameters(), { lr: 0.1, momentum: 0.9 });
      const before = net.fc.bias?.detach().clone().float().toArray();
      const [model, optimizer] = fabric.setup(net, sgd);
      const out = model.forward(ids(), torch.rand([2, 4]));
      fabric.backward(F.crossEntropy(out, targets()));
      optimizer.step();
      expect(net.seen).toEqual([`int64 ${dtype} ${dtype}`]);
      expect(out.dtype).toBe("float32");
      const dtypes = (tensors: (Tensor | null)[]): unknown[] => [
        ...new Set(tensors.map((t) => t?.dtype)),
      ];
      expect(dtypes(net.parameters())).toEqual([dtype]);
      expect(dtypes(net.parameters().map((parameter) => parameter.grad))).toEqual([dtype]);
      const state = [...sgd.state.values()].flatMap((entry) => Object.values(entry));
      expect(dtypes(state.filter((entry) => typeof entry !== "number"))).toEqual([dtype]);
      expect(net.norm.getBuffer("running_mean").dtype).toBe(dtype);
      expect(net.norm.getBuffer("num_batches_tracked").dtype).toBe("int64");
      expect(net.getBuffer("scale").dtype).toBe(dtype);
      expect(net.getBuffer("ids").dtype).toBe("int64");
      expect(net.fc.bias?.detach().float().toArray()).not.toEqual(before);
    },
  );

  it("an optimizer made before setup still trains the same parameters", () => {
    const fabric = cpu(precision);
    const net = new Net();
    const parameters = net.parameters();
    const sgd = new optim.SGD(parameters, { lr: 1 });
    fabric.setup(net, sgd);
    expect(net.parameters().every((parameter, i) => parameter === parameters[i])).toBe(true);
    expect(sgd.paramGroups[0]?.params.every((parameter, i) => parameter === parameters[i])).toBe(
      true,
    );
  });

  it("a throw inside forward restores the default dtype", () => {
    class Broken extends nn.Module {
      override forward(_x: Tensor): Tensor {
        throw new Error("broken");
      }
    }
    const model = cpu(precision).setup(new Broken());
    expect(() => model.forward(torch.ones([1]))).toThrow("broken");
  });

  it("no guard is needed: a plain backward works", () => {
    const net = new nn.Linear(2, 1);
    cpu(precision)
      .setup(net)
      .forward(torch.ones([1, 2]))
      .sum()
      .backward();
    expect(net.weight.grad?.dtype).toBe(dtype);
  });

  it("initTensor and autocast make tensors of that dtype", () => {
    const fabric = cpu(precision);
    expect(fabric.initTensor(() => torch.zeros([1])).dtype).toBe(dtype);
    expect(fabric.autocast(() => torch.zeros([1])).dtype).toBe(dtype);
  });

  it("weights come back from a checkpoint bit for bit", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fabric-true-"));
    try {
      const fabric = cpu(precision);
      const [saved, loaded] = [fabric.setup(new Net()), fabric.setup(new Net())];
      await fabric.save(join(folder, "state"), { model: saved });
      await fabric.load(join(folder, "state"), { model: loaded });
      expect(loaded.fc.weight.dtype).toBe(dtype);
      expect(loaded.fc.weight.detach().toTypedArray()).toEqual(
        saved.fc.weight.detach().toTypedArray(),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("64-true", () => {
  it("makes complex tensors complex128, in initModule and at setup", () => {
    class Wave extends nn.Module {
      made: nn.Parameter = new nn.Parameter(torch.complex(torch.ones([2]), torch.ones([2])));
      override forward(x: Tensor): Tensor {
        return x.mul(this.made);
      }
    }
    const fabric = cpu("64-true");
    const inside = fabric.initModule(() => new Wave());
    expect(inside.made.dtype).toBe("complex128");
    const outside = new Wave();
    expect(outside.made.dtype).toBe("complex64");
    const model = fabric.setup(outside);
    expect(outside.made.dtype).toBe("complex128");
    expect(model.forward(torch.ones([2])).dtype).toBe("complex128"); // complex outputs are not cast
  });

  it("keeps what was computed only with outputDtype", () => {
    const fabric = new Fabric({
      accelerator: testDevice,
      plugins: [new DoublePrecision({ outputDtype: "float64" })],
    });
    expect(fabric.setup(new nn.Linear(2, 1)).forward(torch.ones([1, 2])).dtype).toBe("float64");
  });
});

describe("two Fabrics in one process", () => {
  it("do not interfere, even nested", () => {
    const inner = cpu("64-true").setup(new nn.Linear(2, 2).requiresGrad_(false));
    class Outer extends nn.Module {
      override forward(x: Tensor): Tensor {
        const before = torch.getDefaultDtype();
        const y = inner.forward(x);
        expect(torch.getDefaultDtype()).toBe(before);
        return y;
      }
    }
    const outer = new Fabric({
      accelerator: testDevice,
      plugins: [new HalfPrecision({ precision: "bf16-true" })],
    });
    // The inner model returns the default dtype in force where it is called: the outer model's.
    expect(outer.setup(new Outer()).forward(torch.ones([1, 2])).dtype).toBe("float32");
    expect(inner.weight.dtype).toBe("float64");
  });
});
