import { Fabric, FullPrecision, Precision, registerPrecision } from "@fabric/core";
import { describe, expect, it } from "vitest";
import { thrown, warnings } from "../helpers.js";

class Fake extends Precision {
  readonly precision: string;
  constructor(precision: string) {
    super();
    this.precision = precision;
  }
}

describe("precision values", () => {
  it("warns about each legacy form, once", async () => {
    // Other tests of this process may have used them already, so a fresh registry is needed.
    Reflect.deleteProperty(globalThis, Symbol.for("@fabric/registry"));
    using _mixed = registerPrecision("bf16-mixed", (alias) => new Fake(alias));
    using _half = registerPrecision("16-mixed", (alias) => new Fake(alias));
    using _double = registerPrecision("64-true", (alias) => new Fake(alias));
    const seen = await warnings(() => {
      for (const precision of [16, 16, "bf16", "bf16", 32, "64"])
        new Fabric({ accelerator: "cpu", precision });
    });
    const legacy = seen.filter((text) => text.startsWith("FABRIC_CONFIG_LEGACY_PRECISION"));
    expect(legacy).toHaveLength(2);
    expect(legacy[0]).toContain('"16-mixed"');
    expect(legacy[1]).toContain('"bf16-mixed"');
    expect(seen.filter((text) => text.startsWith("FABRIC_CONFIG_CPU_HALF"))).toHaveLength(1);
  });

  it("suggests the nearest alias, a registered one included", () => {
    using _registration = registerPrecision("posit8", (alias) => new Fake(alias));
    expect(
      thrown("FABRIC_CONFIG_PRECISION", () => new Fabric({ precision: "posit-8" })).message,
    ).toContain('Did you mean "posit8"');
  });

  it("serves 32-true itself", () => {
    expect(new Fabric().precision).toBeInstanceOf(FullPrecision);
    expect(String(new Fabric().precision)).toBe("32-true");
  });
});

describe("registerPrecision", () => {
  it("tells the factory its alias, the accelerator and the device", () => {
    const told: unknown[] = [];
    using _registration = registerPrecision("fp6", (alias, environment) => {
      told.push(alias, environment);
      return new Fake(alias);
    });
    expect(new Fabric({ accelerator: "cpu", precision: "fp6" }).precision.precision).toBe("fp6");
    expect(told).toEqual(["fp6", { accelerator: "cpu", device: "cpu" }]);
  });

  it("refuses an alias twice, core's own alias, and what is no function", () => {
    using _registration = registerPrecision("fp6", () => new Fake("fp6"));
    thrown("FABRIC_CONFIG_PRECISION", () => registerPrecision("fp6", () => new Fake("fp6")));
    thrown("FABRIC_CONFIG_PRECISION", () => registerPrecision("32-true", () => new Fake("x")));
    thrown("FABRIC_CONFIG_PRECISION", () => registerPrecision("auto", () => new Fake("x")));
    thrown("FABRIC_CONFIG_PRECISION", () => registerPrecision("fp7", "no" as never));
    thrown("FABRIC_CONFIG_PRECISION", () => registerPrecision("", () => new Fake("x")));
  });
});
