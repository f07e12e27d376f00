import { Fabric, Precision, registerStrategy, SingleDeviceStrategy } from "@fabric/core";
import { describe, expect, it } from "vitest";
import { thrown } from "../helpers.js";

class Fake extends Precision {
  readonly precision = "fake";
}

describe("strategies", () => {
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
});

describe("the plugins list", () => {
  it("takes one plugin or a list, and an empty list with a precision", () => {
    expect(new Fabric({ plugins: new Fake() }).precision.precision).toBe("fake");
    expect(new Fabric({ plugins: [new Fake()] }).precision.precision).toBe("fake");
    expect(new Fabric({ plugins: [], precision: "32-true" }).precision.precision).toBe("32-true");
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
