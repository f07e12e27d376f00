// What Lightning Fabric was recorded to return, warn about or raise, situation by situation, and ours beside it.
import { resolve } from "node:path";
import { Fabric, type FabricOptions, type Precision } from "@fabric/core";
import { BitsandbytesPrecision } from "@fabric/precision-bnb";
import { MixedPrecision } from "@fabric/precision-mixed";
import { TransformerEnginePrecision } from "@fabric/precision-te";
import { DoublePrecision, HalfPrecision } from "@fabric/precision-true";
import * as torch from "@fabric/torch";
import { amp, nn, optim } from "@fabric/torch";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ABSENT, readCases, referenceFolder } from "./support/reference.js";

/** Ours: the alias in force and how many warnings, or the code of the error. */
type Outcome = { alias: string; warnings: number } | { code: string };

const made = (options: FabricOptions) => (): Precision =>
  new Fabric({ accelerator: "cpu", ...options }).precision;
const named = (precision: unknown) => made({ precision: precision as string });
const gives = (alias: string, warnings = 0): Outcome => ({ alias, warnings });
const mixed = (options: object) => (): Precision =>
  new MixedPrecision({ precision: "16-mixed", device: "cpu", ...options });

/** A model under 16-mixed with an optimizer made by `make`. */
function underScaler(make: (net: nn.Linear) => optim.Optimizer) {
  const fabric = new Fabric({
    accelerator: "cpu",
    plugins: [new MixedPrecision({ precision: "16-mixed", device: "cpu" })],
  });
  const net = new nn.Linear(2, 1);
  const [model, optimizer] = fabric.setup(net, make(net));
  return { fabric, model, optimizer };
}

/** Situations by the recording's names; where ours differs on purpose, the reason stands beside it. */
const SITUATIONS: Readonly<Record<string, readonly [run: () => Precision, ours: Outcome]>> = {
  p16mixed_cpu: [named("16-mixed"), gives("bf16-mixed", 1)],
  p16mixed_auto: [() => new Fabric({ precision: "16-mixed" }).precision, gives("bf16-mixed", 1)],
  default: [made({}), gives("32-true")],
  int16: [named(16), gives("bf16-mixed", 2)],
  str16: [named("16"), gives("bf16-mixed", 2)],
  bf16: [named("bf16"), gives("bf16-mixed", 1)],
  int32: [named(32), gives("32-true")],
  int64: [named(64), gives("64-true")],
  str32: [named("32"), gives("32-true")],
  str64: [named("64"), gives("64-true")],
  half: [named("16-true"), gives("16-true")],
  double: [named("64-true"), gives("64-true")],
  invalid: [named("invalid"), { code: "FABRIC_CONFIG_PRECISION" }],
  invalid_int: [named(8), { code: "FABRIC_CONFIG_PRECISION" }],
  invalid_upper: [named("BF16"), { code: "FABRIC_CONFIG_PRECISION" }],
  invalid_32mixed: [named("32-mixed"), { code: "FABRIC_CONFIG_PRECISION" }],
  // Recorded where Transformer Engine was not installed; ours needs neither it nor a GPU.
  transformer_engine: [named("transformer-engine"), gives("transformer-engine")],
  transformer_engine_f16: [
    named("transformer-engine-float16"),
    gives("transformer-engine-float16"),
  ],
  te_plugin: [
    () => new TransformerEnginePrecision({ weightsDtype: "bfloat16" }),
    gives("transformer-engine"),
  ],
  both: [
    made({ precision: "16-true", plugins: [new HalfPrecision({ precision: "16-true" })] }),
    { code: "FABRIC_CONFIG_CONFLICT" },
  ],
  two_plugins: [
    made({ plugins: [new HalfPrecision({ precision: "16-true" }), new DoublePrecision()] }),
    { code: expect.stringMatching(/^FABRIC_CONFIG_/) as unknown as string },
  ],
  mixed_bad: [mixed({ precision: "32-true" }), { code: "FABRIC_CONFIG_PRECISION" }],
  mixed_bf16_scaler: [
    mixed({ precision: "bf16-mixed", scaler: new amp.GradScaler({ device: "cpu" }) }),
    { code: "FABRIC_CONFIG_SCALER" },
  ],
  // Lightning takes any string as float16.
  half_any_string: [
    () => new HalfPrecision({ precision: "float16" as "16-true" }),
    { code: "FABRIC_CONFIG_PRECISION" },
  ],
  clip_both: [clipped({ clipValue: 1, maxNorm: 1 }), { code: "FABRIC_CONFIG_CLIP" }],
  clip_none: [clipped({}), { code: "FABRIC_CONFIG_CLIP" }],
  lbfgs_16mixed: [
    () => {
      const { fabric, optimizer } = underScaler((net) => new optim.LBFGS(net.parameters()));
      optimizer.step(() => 0);
      return fabric.precision;
    },
    { code: "FABRIC_UNSUPPORTED_OPTIMIZER" },
  ],
  // Lightning refuses to clip with optimizers that unscale inside their step; ours unscales beforehand.
  fused_optimizer_unscale: [
    () => {
      const { fabric, model, optimizer } = underScaler(
        (net) => new optim.AdamW(net.parameters(), { fused: true }),
      );
      fabric.backward(model.forward(torch.ones([1, 2])).sum());
      fabric.clipGradients(model, optimizer, { maxNorm: 1 });
      optimizer.step();
      return fabric.precision;
    },
    gives("16-mixed"),
  ],
};

function clipped(options: object): () => Precision {
  return () => {
    const fabric = new Fabric({ accelerator: "cpu" });
    const net = new nn.Linear(1, 1);
    const [model, optimizer] = fabric.setup(net, new optim.SGD(net.parameters(), { lr: 1 }));
    fabric.clipGradients(model, optimizer, options as { maxNorm: number });
    return fabric.precision;
  };
}

let warnings: string[] = [];

beforeEach(() => {
  warnings = [];
  vi.spyOn(process, "emitWarning").mockImplementation((message) => {
    warnings.push(String(message));
  });
  // Each warning appears once in a process; here each situation starts anew.
  const registry = (globalThis as Record<symbol, { warned?: Set<string> } | undefined>)[
    Symbol.for("@fabric/registry")
  ];
  registry?.warned?.clear();
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe("each recorded situation", () => {
  it.each(Object.entries(SITUATIONS))("%s", (_name, [run, ours]) => {
    if ("code" in ours) {
      expect(run).toThrow(expect.objectContaining({ code: ours.code }));
      return;
    }
    expect(run().precision).toBe(ours.alias);
    expect(warnings, warnings.join("\n")).toHaveLength(ours.warnings);
  });

  it("is among the above, but for those of 4-bit and 8-bit weights", () => {
    const folder = referenceFolder();
    if (folder === null) {
      expect(() => new BitsandbytesPrecision({ mode: "nf5" as "nf4" })).toThrow();
      return;
    }
    const recorded = readCases(resolve(folder, "index.json")).find(
      ({ id }) => id === "fabric_messages",
    );
    const names = Object.keys(recorded?.values ?? {}).filter((name) => !name.startsWith("bnb_"));
    expect(names.sort()).toEqual(Object.keys(SITUATIONS).sort());
  });

  it.skipIf(referenceFolder() !== null)(`agrees in kind with the recording ${ABSENT}`, () => {});

  it.skipIf(referenceFolder() === null)(
    "agrees in kind with the recording: a result where it has one, an error where it has one",
    () => {
      const onPurpose = new Set([
        "half_any_string",
        "fused_optimizer_unscale",
        "transformer_engine",
        "transformer_engine_f16",
        "te_plugin",
      ]);
      const recorded = readCases(resolve(referenceFolder() as string, "index.json")).find(
        ({ id }) => id === "fabric_messages",
      );
      for (const [name, { error }] of Object.entries(
        (recorded?.values ?? {}) as Record<string, { error: string | null }>,
      )) {
        const situation = SITUATIONS[name];
        if (situation === undefined || onPurpose.has(name)) continue;
        expect("code" in situation[1], name).toBe(error !== null);
      }
    },
  );
});
