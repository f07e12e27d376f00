import { Fabric, Precision, registerStrategy, SingleDeviceStrategy } from "@fabric/core";
import { describe, expect, it } from "vitest";
import { thrown } from "../helpers.js";

class Fake extends Precision {
  readonly precision = "fake";
}

it("uses a Strategy object itself", () => {
  const strategy = new SingleDeviceStrategy({ device: "cpu" });
  expect(new Fabric({ strategy }).strategy).toBe(strategy);
});

it("stores checkpoints through the object of a Strategy", async () => {
  const saved: string[] = [];
  const checkpointIO = {
    save: (path: string) => void saved.push(path),
    load: () => ({}),
  };
  const strategy = new SingleDeviceStrategy({ device: "cpu", checkpointIO });
  await new Fabric({ strategy }).save("there", { step: 1 });
  expect(saved).toEqual(["there"]);
});

it("gives a strategy that is made by name its parts", () => {
  const told: object[] = [];
  using _registration = registerStrategy("mine", (parts) => {
    told.push(parts);
    return new SingleDeviceStrategy({ device: "cpu" });
  });
  const fabric = new Fabric({ accelerator: "cpu", devices: 2, numNodes: 3, strategy: "mine" });
  const { accelerator, clusterEnvironment } = fabric;
  expect(told).toEqual([{ accelerator, devices: ["cpu", "cpu"], numNodes: 3, clusterEnvironment }]);
  expect(fabric.strategy.clusterEnvironment).toBe(clusterEnvironment);
});

describe("the plugins list", () => {
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

  it("does not change the lists it is given", () => {
    const callbacks: object[] = [];
    const fabric = new Fabric({ callbacks });
    expect(fabric.callbacks).not.toBe(callbacks);
  });
});

it("refuses an unknown option of the constructor", () => {
  thrown("FABRIC_CONFIG_OPTION", () => new Fabric({ presicion: "32-true" } as never));
  thrown("FABRIC_CONFIG_OPTION", () => new Fabric(null as never));
});
