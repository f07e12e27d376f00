import {
  Fabric,
  FullPrecision,
  Precision,
  type PrecisionValue,
  registerPrecision,
} from "@fabric/core";
import { describe, expect, it } from "vitest";
import { thrown, warnings } from "../helpers.js";

class Fake extends Precision {
  readonly precision: string;
  constructor(precision: string) {
    super();
    this.precision = precision;
  }
}

const OURS = [
  "16-mixed",
  "bf16-mixed",
  "16-true",
  "bf16-true",
  "64-true",
  "transformer-engine",
  "transformer-engine-float16",
];

/** What a value resolves to, with factories in place of the packages. */
function resolved(precision: PrecisionValue | undefined): string {
  const registrations = OURS.map((alias) => registerPrecision(alias, (name) => new Fake(name)));
  try {
    return new Fabric({ accelerator: "cpu", precision }).precision.precision;
  } finally {
    for (const registration of registrations) registration[Symbol.dispose]();
  }
}

describe("precision values", () => {
  it.each([
    [undefined, "32-true"],
    [32, "32-true"],
    ["32", "32-true"],
    ["32-true", "32-true"],
    [64, "64-true"],
    ["64", "64-true"],
    ["64-true", "64-true"],
    [16, "bf16-mixed"], // 16 means 16-mixed, which on a CPU means bf16-mixed
    ["16", "bf16-mixed"],
    ["bf16", "bf16-mixed"],
    ["16-mixed", "bf16-mixed"],
    ["bf16-mixed", "bf16-mixed"],
    ["16-true", "16-true"],
    ["bf16-true", "bf16-true"],
    ["transformer-engine", "transformer-engine"],
    ["transformer-engine-float16", "transformer-engine-float16"],
  ] as const)("takes %s for %s on a CPU", (given, expected) => {
    expect(resolved(given)).toBe(expected);
  });

  it("warns about each legacy form, once", async () => {
    // Other tests of this process may have used them already, so a fresh registry is needed.
    Reflect.deleteProperty(globalThis, Symbol.for("@fabric/registry"));
    const seen = await warnings(() => {
      resolved(16);
      resolved(16);
      resolved("bf16");
      resolved(32);
      resolved("64");
    });
    const legacy = seen.filter((text) => text.startsWith("FABRIC_CONFIG_LEGACY_PRECISION"));
    expect(legacy).toHaveLength(2);
    expect(legacy[0]).toContain('"16-mixed"');
    expect(legacy[1]).toContain('"bf16-mixed"');
    expect(seen.some((text) => text.startsWith("FABRIC_CONFIG_CPU_HALF"))).toBe(true);
  });

  it.each(["BF16-mixed", "fp16", "16-Mixed", "", true, 8, {}, " 32-true"])(
    "refuses %s: values are exact and case matters",
    (value) => {
      const error = thrown(
        "FABRIC_CONFIG_PRECISION",
        () => new Fabric({ accelerator: "cpu", precision: value as string }),
      );
      expect(error.message).toContain('"bf16-mixed"');
    },
  );

  it("suggests the nearest alias, a registered one included", () => {
    expect(
      thrown("FABRIC_CONFIG_PRECISION", () => new Fabric({ precision: "bf16-mixd" })).message,
    ).toContain('Did you mean "bf16-mixed"');
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
    thrown("FABRIC_CONFIG_PRECISION", () => registerPrecision("fp7", "no" as never));
    thrown("FABRIC_CONFIG_PRECISION", () => registerPrecision("", () => new Fake("x")));
  });

  it("refuses a factory that returns no plugin", () => {
    using _registration = registerPrecision("fp6", () => ({}) as Precision);
    thrown("FABRIC_CONFIG_PLUGIN", () => new Fabric({ precision: "fp6" }));
  });
});
