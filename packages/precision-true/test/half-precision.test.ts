import * as torch from "@fabric/torch";
import { nn, type Tensor } from "@fabric/torch";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type HalfAlias, HalfPrecision } from "../src/index.js";

const ALIASES = [
  ["16-true", "float16"],
  ["bf16-true", "bfloat16"],
] as const;

/** A model with everything that a cast may meet. */
class Zoo extends nn.Module {
  fc = new nn.Linear(4, 3);
  norm = new nn.BatchNorm1d(3);
  rotation = new nn.Parameter(torch.complex(torch.ones([2]), torch.ones([2]).mul(2)));
  constructor() {
    super();
    this.registerBuffer("ids", torch.arange(0, 4));
    this.registerBuffer("mask", torch.tensor([true, false]));
    this.registerBuffer("phases", torch.complex(torch.ones([2]), torch.ones([2])));
  }
  override forward(x: Tensor): Tensor {
    return this.fc.forward(x);
  }
}

function dtypesOf(module: nn.Module): Record<string, string> {
  const named = [...module.namedParameters(), ...module.namedBuffers()];
  return Object.fromEntries(named.map(([name, tensor]) => [name, tensor.dtype]));
}

/** Warnings with a code that were emitted while `fn` ran. */
function warningsOf(fn: () => void): string[] {
  const spy = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  try {
    fn();
    return spy.mock.calls.map(([message]) => String(message));
  } finally {
    spy.mockRestore();
  }
}

beforeEach(() => {
  torch.manualSeed(1);
});

afterEach(() => {
  expect(torch.getDefaultDtype()).toBe("float32");
});

describe("the constructor", () => {
  it.each(["32-true", "bf16", "16", undefined, 16])("refuses precision %s", (precision) => {
    expect(() => new HalfPrecision({ precision: precision as HalfAlias })).toThrow(
      expect.objectContaining({ code: "FABRIC_CONFIG_PRECISION" }),
    );
  });

  it("refuses options that it does not know, and values that make no sense", () => {
    const make = (options: object) => () =>
      new HalfPrecision({ precision: "bf16-true", ...options } as never);
    expect(make({ dtype: "bfloat16" })).toThrow(
      expect.objectContaining({ code: "FABRIC_CONFIG_OPTION" }),
    );
    expect(make({ outputDtype: "int64" })).toThrow(
      expect.objectContaining({ code: "FABRIC_CONFIG_DTYPE" }),
    );
    expect(make({ keepInDtype: { "*": "int8" } })).toThrow(
      expect.objectContaining({ code: "FABRIC_CONFIG_KEEP_IN_DTYPE" }),
    );
    expect(make({ keepInDtype: ["*"] })).toThrow(
      expect.objectContaining({ code: "FABRIC_CONFIG_KEEP_IN_DTYPE" }),
    );
  });

  it.each(ALIASES)("describes %s", (precision, dtype) => {
    const half = new HalfPrecision({ precision, keepInDtype: { "**.rope": "float32" } });
    expect(half.precision).toBe(precision);
    expect(half.describe()).toContain(dtype);
    expect(half.describe()).toContain("**.rope in float32");
  });
});

describe.each(ALIASES)("convertModule under %s", (precision, dtype) => {
  it("casts real floating parameters and buffers, and leaves integers, bools and complex alone", () => {
    const zoo = new Zoo();
    const parameters = zoo.parameters();
    const half = new HalfPrecision({ precision });
    expect(half.convertModule(zoo)).toBe(zoo);
    expect(dtypesOf(zoo)).toEqual({
      "fc.weight": dtype,
      "fc.bias": dtype,
      "norm.weight": dtype,
      "norm.bias": dtype,
      rotation: "complex64",
      "norm.running_mean": dtype,
      "norm.running_var": dtype,
      "norm.num_batches_tracked": "int64",
      ids: "int64",
      mask: "bool",
      phases: "complex64",
    });
    expect(zoo.parameters().every((parameter, i) => parameter === parameters[i])).toBe(true);
  });

  it("keeps the imaginary part of complex parameters", () => {
    const zoo = new Zoo();
    new HalfPrecision({ precision }).convertModule(zoo);
    expect(torch.viewAsReal(zoo.rotation.detach()).toArray()).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  it("changes nothing the second time", () => {
    const zoo = new Zoo();
    const half = new HalfPrecision({ precision });
    half.convertModule(zoo);
    const before = dtypesOf(zoo);
    const weight = zoo.fc.weight.detach().toTypedArray();
    half.convertModule(zoo);
    expect(dtypesOf(zoo)).toEqual(before);
    expect(zoo.fc.weight.detach().toTypedArray()).toEqual(weight);
  });

  it("casts gradients with their parameters", () => {
    const layer = new nn.Linear(2, 2);
    layer
      .forward(torch.ones([1, 2]))
      .sum()
      .backward();
    new HalfPrecision({ precision }).convertModule(layer);
    expect(layer.weight.grad?.dtype).toBe(dtype);
  });

  it("keeps what matches keepInDtype bit for bit", () => {
    const model = new nn.Sequential(new nn.Linear(3, 3), new nn.LayerNorm(3));
    model.registerBuffer("inv_freq", torch.rand([3], { dtype: "float64" }));
    const exact = model.getBuffer("inv_freq").toTypedArray();
    const weight = model.getParameter("1.weight").detach().toTypedArray();
    const half = new HalfPrecision({
      precision,
      keepInDtype: { inv_freq: "float64", "1.*": "float32" },
    });
    half.convertModule(model);
    half.convertModule(model);
    expect(dtypesOf(model)).toEqual({
      "0.weight": dtype,
      "0.bias": dtype,
      "1.weight": "float32",
      "1.bias": "float32",
      inv_freq: "float64",
    });
    expect(model.getBuffer("inv_freq").toTypedArray()).toEqual(exact);
    expect(model.getParameter("1.weight").detach().toTypedArray()).toEqual(weight);
  });

  it("honours what a layer declares itself, below what the user says", () => {
    class Rope extends nn.Module {
      readonly keepInDtype = { cos: "float32", sin: "float32" } as const;
      constructor() {
        super();
        this.registerBuffer("cos", torch.rand([3]));
        this.registerBuffer("sin", torch.rand([3]));
      }
    }
    class Block extends nn.Module {
      rope = new Rope();
      fc = new nn.Linear(2, 2);
    }
    const block = new Block();
    new HalfPrecision({ precision, keepInDtype: { "rope.sin": "float64" } }).convertModule(block);
    expect(dtypesOf(block)).toEqual({
      "fc.weight": dtype,
      "fc.bias": dtype,
      "rope.cos": "float32",
      "rope.sin": "float64",
    });
  });

  it("keeps tied parameters tied", () => {
    class Tied extends nn.Module {
      embedding = new nn.Embedding(5, 3);
      head = new nn.Linear(3, 5, { bias: false });
      constructor() {
        super();
        this.head.weight = this.embedding.weight;
      }
    }
    const tied = new Tied();
    new HalfPrecision({ precision }).convertModule(tied);
    expect(tied.head.weight).toBe(tied.embedding.weight);
    expect(tied.head.weight.dtype).toBe(dtype);
  });

  it("leaves a buffer's original tensor, which the caller may share, as it is", () => {
    const table = torch.rand([3]);
    const model = new nn.Linear(2, 2);
    model.registerBuffer("table", table);
    new HalfPrecision({ precision }).convertModule(model);
    expect(model.getBuffer("table").dtype).toBe(dtype);
    expect(table.dtype).toBe("float32");
  });
});

describe("warnings", () => {
  it("names float64 buffers that are narrowed, once", () => {
    const narrow = (): void => {
      const model = new nn.Linear(2, 2);
      model.registerBuffer("clock", torch.zeros([1], { dtype: "float64" }));
      new HalfPrecision({ precision: "bf16-true" }).convertModule(model);
    };
    const warnings = warningsOf(() => {
      narrow();
      narrow();
    });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("`clock`");
  });

  it("does not warn about a float64 buffer that is kept", () => {
    const model = new nn.Linear(2, 2);
    model.registerBuffer("kept", torch.zeros([1], { dtype: "float64" }));
    const half = new HalfPrecision({ precision: "bf16-true", keepInDtype: { kept: "float64" } });
    expect(warningsOf(() => half.convertModule(model))).toEqual([]);
  });

  it("says when a pattern matches nothing", () => {
    const half = new HalfPrecision({
      precision: "bf16-true",
      keepInDtype: { "**.rpoe.*": "float32" },
    });
    const warnings = warningsOf(() => half.convertModule(new nn.Linear(2, 2)));
    expect(warnings).toEqual([expect.stringContaining("`**.rpoe.*`")]);
  });
});

describe.each(ALIASES)("contexts under %s", (precision, dtype) => {
  const contexts = ["forwardContext", "moduleInitContext", "tensorInitContext"] as const;

  it.each(contexts)("%s sets the default dtype and restores it, also on a throw", (name) => {
    const half = new HalfPrecision({ precision });
    expect(() => {
      using _guard = half[name]();
      expect(torch.zeros([1]).dtype).toBe(dtype);
      throw new Error("inside");
    }).toThrow("inside");
    expect(torch.getDefaultDtype()).toBe("float32");
  });

  it("restores what was in force on entry, not when the plugin was made", () => {
    const half = new HalfPrecision({ precision });
    torch.defaultDtype("float64", () => {
      {
        using _outer = half.forwardContext();
        {
          using _inner = half.forwardContext();
          expect(torch.getDefaultDtype()).toBe(dtype);
        }
        expect(torch.getDefaultDtype()).toBe(dtype);
      }
      expect(torch.getDefaultDtype()).toBe("float64");
    });
  });

  it("restores once, even if it is disposed twice", () => {
    const guard = new HalfPrecision({ precision }).forwardContext();
    guard[Symbol.dispose]();
    torch.defaultDtype("float64", () => {
      guard[Symbol.dispose]();
      expect(torch.getDefaultDtype()).toBe("float64");
    });
  });
});

describe.each(ALIASES)("conversion under %s", (precision, dtype) => {
  it("casts real floating inputs in nested collections and nothing else", () => {
    const half = new HalfPrecision({ precision });
    const ids = torch.arange(0, 3);
    const wave = torch.complex(torch.ones([1]), torch.ones([1]));
    const input = [
      { x: torch.ones([2]), ids },
      new Map([["y", torch.ones([1], { dtype: "float64" })]]),
      wave,
      "text",
    ];
    const output = half.convertInput(input) as [
      { x: Tensor; ids: Tensor },
      Map<string, Tensor>,
      Tensor,
      string,
    ];
    expect(output[0].x.dtype).toBe(dtype);
    expect(output[0].ids).toBe(ids);
    expect(output[1].get("y")?.dtype).toBe(dtype);
    expect(output[2]).toBe(wave);
    expect(output[3]).toBe("text");
  });

  it("returns the collection itself if nothing changes", () => {
    const half = new HalfPrecision({ precision });
    const input = [torch.arange(0, 3), { x: torch.ones([1], { dtype }) }];
    expect(half.convertInput(input)).toBe(input);
  });

  it("returns outputs in the default dtype of that moment, or in outputDtype", () => {
    const out = torch.ones([1], { dtype });
    const half = new HalfPrecision({ precision });
    expect(half.convertOutput(out).dtype).toBe("float32");
    expect(torch.defaultDtype("float64", () => half.convertOutput(out).dtype)).toBe("float64");
    const same = new HalfPrecision({ precision, outputDtype: dtype });
    expect(same.convertOutput(out)).toBe(out);
  });
});
