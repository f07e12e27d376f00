import {
  type Accelerator,
  Fabric,
  FullPrecision,
  Precision,
  registerStrategy,
  SingleDeviceStrategy,
  torch,
} from "@fabric/core";
import { describe, expect, it } from "vitest";
import { standardError, thrown, warnings, withEnvironment } from "../helpers.js";

class Fake extends Precision {
  readonly precision = "fake";
}

/** A device family with `count` devices; its devices are the CPU's in disguise, for selection only. */
const fakeGpu = (count: number, name = "cuda"): Accelerator => ({
  name,
  isAvailable: () => count > 0,
  deviceCount: () => count,
});

describe("accelerators", () => {
  it("takes cpu by name, and reports the device", () => {
    const fabric = new Fabric({ accelerator: "cpu" });
    expect([
      fabric.accelerator.name,
      fabric.device,
      fabric.worldSize,
      fabric.globalRank,
      fabric.isGlobalZero,
    ]).toEqual(["cpu", "cpu", 1, 0, true]);
  });

  it.each(["CPU", "xpu", "", null, 3, {}])("refuses the unknown %s", (accelerator) => {
    thrown("FABRIC_CONFIG_ACCELERATOR", () => new Fabric({ accelerator: accelerator as never }));
  });

  it("says what is available instead of one that is not", () => {
    expect(
      thrown("FABRIC_MISSING_ACCELERATOR", () => new Fabric({ accelerator: "tpu" })).message,
    ).toContain('"cpu"');
    if (!torch.cuda.isAvailable()) {
      thrown("FABRIC_MISSING_ACCELERATOR", () => new Fabric({ accelerator: "cuda" }));
      if (!torch.buildInfo().mps)
        thrown("FABRIC_MISSING_ACCELERATOR", () => new Fabric({ accelerator: "gpu" }));
    }
  });
});

describe("devices", () => {
  it.each([0, "0", [], -2, 1.5, "two", "0;1", [-1], null as never, true as never])(
    "refuses %j on a CPU",
    (devices) => {
      if (devices === null) return; // null is "not given"
      thrown("FABRIC_CONFIG_DEVICES", () => new Fabric({ accelerator: "cpu", devices }));
    },
  );

  it.each([-1, "-1", [0], "0,", "0,1"])(
    "refuses %j on a CPU: there it is a number of processes",
    (devices) => {
      thrown("FABRIC_CONFIG_DEVICES", () => new Fabric({ accelerator: "cpu", devices }));
    },
  );

  it.each([1, "1", "auto"])("takes %j on a CPU", (devices) => {
    expect(new Fabric({ accelerator: "cpu", devices }).device).toBe("cpu");
  });

  it.each([
    [1, "cuda:0"],
    ["1", "cuda:0"],
    [[2], "cuda:2"],
    ["2,", "cuda:2"],
    ["auto", "cuda:0"],
  ])("takes %j on a machine with four GPUs for %s", (devices, expected) => {
    expect(new Fabric({ accelerator: fakeGpu(4), devices }).device).toBe(expected);
  });

  it("refuses repeated indices, and those beyond what there is", () => {
    thrown("FABRIC_CONFIG_DEVICES", () => new Fabric({ accelerator: fakeGpu(4), devices: [1, 1] }));
    thrown("FABRIC_MISSING_DEVICE", () => new Fabric({ accelerator: fakeGpu(4), devices: [7] }));
    thrown("FABRIC_MISSING_DEVICE", () => new Fabric({ accelerator: fakeGpu(1), devices: 2 }));
  });

  it.each([0, -1, 1.5, "one"])("refuses %j machines", (numNodes) => {
    thrown(
      "FABRIC_CONFIG_NUM_NODES",
      () => new Fabric({ accelerator: "cpu", numNodes: numNodes as number }),
    );
  });
});

describe("strategies", () => {
  it.each([
    "ddp",
    "DDP",
    "ddp_spawn",
    "ddp_fork",
    "ddp_notebook",
    "dp",
    "fsdp",
    "deepspeed_stage_2",
    "xla",
  ])("knows %s and says that it is not here", (strategy) => {
    thrown("FABRIC_UNSUPPORTED_STRATEGY", () => new Fabric({ accelerator: "cpu", strategy }));
  });

  it("refuses several devices and several machines, which mean ddp", () => {
    thrown("FABRIC_UNSUPPORTED_STRATEGY", () => new Fabric({ accelerator: "cpu", devices: 2 }));
    thrown("FABRIC_UNSUPPORTED_STRATEGY", () => new Fabric({ accelerator: "cpu", numNodes: 2 }));
    thrown(
      "FABRIC_UNSUPPORTED_STRATEGY",
      () => new Fabric({ accelerator: fakeGpu(4), devices: -1 }),
    );
  });

  it.each(["ring", "", null, 3])("refuses the unknown %j", (strategy) => {
    if (strategy === null) return;
    thrown("FABRIC_CONFIG_STRATEGY", () => new Fabric({ strategy: strategy as string }));
  });

  it("takes an object, and a name that was registered, in any case", () => {
    const strategy = new SingleDeviceStrategy({ device: "cpu" });
    expect(new Fabric({ strategy }).strategy).toBe(strategy);
    using _registration = registerStrategy(
      "mine",
      () => new SingleDeviceStrategy({ device: "cpu" }),
    );
    expect(new Fabric({ accelerator: "cpu", strategy: "Mine" }).strategy).toBeInstanceOf(
      SingleDeviceStrategy,
    );
  });

  it("refuses what a strategy object carries already, from the outside as well", () => {
    const own = (): SingleDeviceStrategy =>
      new SingleDeviceStrategy({ device: "cpu", precision: new Fake() });
    expect(new Fabric({ strategy: own() }).precision.precision).toBe("fake");
    thrown("FABRIC_CONFIG_CONFLICT", () => new Fabric({ strategy: own(), precision: "32-true" }));
    thrown("FABRIC_CONFIG_CONFLICT", () => new Fabric({ strategy: own(), plugins: new Fake() }));
    thrown("FABRIC_CONFIG_CONFLICT", () => new Fabric({ accelerator: "tpu", strategy: own() }));
  });

  it("reports the first wrong option in a fixed order: strategy, accelerator, precision, plugins, devices", () => {
    const bad = {
      strategy: "ring",
      accelerator: "xpu" as never,
      precision: "fp3",
      plugins: ["x" as never],
      devices: 0,
    };
    thrown("FABRIC_CONFIG_STRATEGY", () => new Fabric(bad));
    thrown("FABRIC_CONFIG_ACCELERATOR", () => new Fabric({ ...bad, strategy: "auto" }));
    thrown(
      "FABRIC_CONFIG_PRECISION",
      () => new Fabric({ ...bad, strategy: "auto", accelerator: "cpu" }),
    );
    thrown(
      "FABRIC_CONFIG_PLUGINS",
      () => new Fabric({ ...bad, strategy: "auto", accelerator: "cpu", precision: 32 }),
    );
    thrown("FABRIC_CONFIG_DEVICES", () => new Fabric({ devices: 0, accelerator: "tpu" }));
  });
});

describe("the plugins list", () => {
  it("takes one plugin or a list, and an empty list with a precision", () => {
    expect(new Fabric({ plugins: new Fake() }).precision.precision).toBe("fake");
    expect(new Fabric({ plugins: [new Fake()] }).precision.precision).toBe("fake");
    expect(new Fabric({ plugins: [], precision: "32-true" }).precision.precision).toBe("32-true");
  });

  it("refuses a Precision beside any precision, the default's name and one from the environment included", () => {
    thrown(
      "FABRIC_CONFIG_CONFLICT",
      () => new Fabric({ plugins: [new Fake()], precision: "32-true" }),
    );
    withEnvironment({ FABRIC_PRECISION: "32-true" }, () => {
      thrown("FABRIC_CONFIG_CONFLICT", () => new Fabric({ plugins: [new Fake()] }));
    });
  });

  it("refuses two of a kind, naming it, and other types", () => {
    expect(
      thrown(
        "FABRIC_CONFIG_PLUGINS",
        () => new Fabric({ plugins: [new Fake(), new FullPrecision()] }),
      ).message,
    ).toContain("Precision");
    expect(
      thrown("FABRIC_CONFIG_PLUGINS", () => new Fabric({ plugins: ["fp6" as never] })).message,
    ).toContain('precision: "fp6"');
    thrown("FABRIC_CONFIG_PLUGINS", () => new Fabric({ plugins: [Fake as never] }));
  });

  it("refuses a plugin of another version of the interface", () => {
    class Future extends Fake {
      constructor() {
        super();
        Object.defineProperty(this, Symbol.for("@fabric/precision"), { value: 2 });
      }
    }
    thrown("FABRIC_UNSUPPORTED_PLUGIN_API", () => new Fabric({ plugins: [new Future()] }));
  });

  it("recognises a plugin by its brand, not by its class", () => {
    const foreign = Object.create(Precision.prototype, {
      precision: { value: "foreign" },
      requiresFabricBackward: { value: false },
    }) as Precision;
    const plain: Record<PropertyKey, unknown> = {};
    for (const name of Object.getOwnPropertyNames(Precision.prototype))
      if (name !== "constructor") plain[name] = foreign[name as keyof Precision];
    plain[Symbol.for("@fabric/precision")] = 1;
    plain["precision"] = "foreign";
    expect(plain).not.toBeInstanceOf(Precision);
    expect(new Fabric({ plugins: [plain as unknown as Precision] }).precision.precision).toBe(
      "foreign",
    );
  });

  it("asks the plugin whether it can work there", () => {
    const asked: unknown[] = [];
    class Picky extends Fake {
      override validate(environment: unknown): void {
        asked.push(environment);
      }
    }
    new Fabric({ accelerator: "cpu", plugins: [new Picky()] });
    expect(asked).toEqual([{ accelerator: "cpu", device: "cpu", strategy: "single_device" }]);
  });

  it("warns when two Fabrics share a plugin object, and so its scaler", async () => {
    const plugin = new Fake();
    const seen = await warnings(() => {
      new Fabric({ plugins: plugin });
      new Fabric({ plugins: plugin });
    });
    expect(seen.filter((text) => text.startsWith("FABRIC_USAGE_SHARED_PRECISION"))).toHaveLength(1);
  });

  it("does not change the lists it is given", () => {
    const callbacks: object[] = [];
    const fabric = new Fabric({ callbacks });
    expect(fabric.callbacks).not.toBe(callbacks);
  });
});

describe("variables", () => {
  it("lets a variable win, and says so with its name", () => {
    const text = standardError(() => {
      withEnvironment({ FABRIC_PRECISION: "32", FABRIC_CLI_USED: undefined }, () => {
        expect(new Fabric({ accelerator: "cpu", precision: "no-such" }).precision.precision).toBe(
          "32-true",
        );
      });
    });
    expect(text).toContain("FABRIC_PRECISION");
    expect(text).toContain("no-such");
  });

  it("refuses, under fabric run, code that says something else, and names both", () => {
    withEnvironment({ FABRIC_CLI_USED: "1", FABRIC_DEVICES: "1" }, () => {
      const error = thrown(
        "FABRIC_CONFIG_CONFLICT",
        () => new Fabric({ accelerator: "cpu", devices: 2 }),
      );
      expect(error.message).toContain("FABRIC_DEVICES");
      expect(error.message).toContain("2");
    });
    withEnvironment({ FABRIC_CLI_USED: "1", FABRIC_PRECISION: "64-true" }, () => {
      thrown("FABRIC_CONFIG_CONFLICT", () => new Fabric({ precision: "32-true" }));
    });
  });

  it("compares by meaning: 32 in the code agrees with 32-true on the command line", () => {
    withEnvironment(
      {
        FABRIC_CLI_USED: "1",
        FABRIC_PRECISION: "32-true",
        FABRIC_DEVICES: "1",
        FABRIC_STRATEGY: "AUTO",
        FABRIC_NUM_NODES: "1",
      },
      () => {
        expect(
          new Fabric({
            accelerator: "cpu",
            precision: 32,
            devices: 1,
            strategy: "auto",
            numNodes: 1,
          }).precision.precision,
        ).toBe("32-true");
      },
    );
  });

  it("uses a flag that the code leaves open", () => {
    withEnvironment(
      { FABRIC_CLI_USED: "1", FABRIC_ACCELERATOR: "cpu", FABRIC_DEVICES: "2" },
      () => {
        thrown("FABRIC_UNSUPPORTED_STRATEGY", () => new Fabric());
      },
    );
  });
});

it("refuses to be one of several processes that a launcher started, when it is set up for one", () => {
  withEnvironment({ TORCHELASTIC_RUN_ID: "1", WORLD_SIZE: "2" }, () => {
    thrown("FABRIC_CONFIG_WORLD_SIZE", () => new Fabric({ accelerator: "cpu" }));
  });
  withEnvironment(
    { TORCHELASTIC_RUN_ID: "1", WORLD_SIZE: "1" },
    () => new Fabric({ accelerator: "cpu" }),
  );
});

it("refuses an unknown option of the constructor", () => {
  thrown("FABRIC_CONFIG_OPTION", () => new Fabric({ presicion: "32-true" } as never));
  thrown("FABRIC_CONFIG_OPTION", () => new Fabric(null as never));
});
