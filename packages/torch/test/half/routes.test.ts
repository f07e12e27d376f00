import { execFileSync } from "node:child_process";

import { describe, expect, it } from "vitest";

const script = (body: string): string => `
  import * as torch from ${JSON.stringify(import.meta.resolve("@fabric/torch"))};
  ${body}
`;

function run(body: string, env: Record<string, string>): string {
  const {
    FABRIC_HALF_CPU: _,
    ONEDNN_MAX_CPU_ISA: __,
    DNNL_MAX_CPU_ISA: ___,
    ...rest
  } = process.env;
  return execFileSync(process.execPath, ["--input-type=module", "-e", script(body)], {
    env: { ...rest, ...env },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
}

const routes = (env: Record<string, string>): unknown =>
  JSON.parse(run("console.log(JSON.stringify(torch.buildInfo().halfCpu));", env));

/** Prints the largest errors against float64 of products, convolutions and attention in both formats. */
const ERRORS = `
  const found = {};
  for (const dtype of ["bfloat16", "float16"]) {
    torch.manualSeed(9);
    const r = (...shape) => torch.randn(shape).to(dtype);
    const worst = (half, exact) => half.double().sub(exact).abs().max().item();
    const [a, b] = [r(96, 300), r(300, 80)];
    const [x, w] = [r(2, 8, 14, 14), r(8, 8, 3, 3)];
    const [q, k, v] = [r(2, 2, 40, 32), r(2, 2, 40, 32), r(2, 2, 40, 32)];
    const F = torch.functional;
    const gradients = (t, run) => {
      const inputs = t.map((one) => one.detach().requiresGrad_());
      run(...inputs).pow(2).sum().backward();
      return inputs.map((one) => one.grad);
    };
    const both = (name, t, f) => {
      const exact = t.map((one) => one.double());
      found[dtype + " " + name] = worst(f(...t), f(...exact));
      gradients(t, f).forEach((g, i) => {
        found[dtype + " " + name + " gradient " + i] = worst(g, gradients(exact, f)[i]);
      });
    };
    both("mm", [a, b], (p, s) => torch.mm(p, s));
    both("conv2d", [x, w], (p, s) => F.conv2d(p, s, { padding: [1, 1] }));
    both("attention", [q, k, v], (p, s, u) => F.scaledDotProductAttention(p, s, u));
  }
  console.log(JSON.stringify(found));
`;

describe("who computes in 16 bits on the CPU", () => {
  it("is decided by FABRIC_HALF_CPU where it is set", () => {
    const both = (route: string): object => ({ bfloat16: route, float16: route });
    expect(routes({ FABRIC_HALF_CPU: "native" })).toEqual(both("native"));
    expect(routes({ FABRIC_HALF_CPU: "float32" })).toEqual(both("float32"));
  });

  it("is us where oneDNN is held to an instruction set without units", () => {
    expect(routes({ ONEDNN_MAX_CPU_ISA: "AVX2" })).toEqual({
      bfloat16: "float32",
      float16: "float32",
    });
    expect(routes({ ONEDNN_MAX_CPU_ISA: "avx512_core_bf16" })).toMatchObject({
      float16: "float32",
    });
  });

  it("refuses another value, naming it", () => {
    const text = run("try { torch.ones([1]); } catch (e) { console.log(e.code, e.message); }", {
      FABRIC_HALF_CPU: "fast",
    });
    expect(text).toMatch(/^FABRIC_CONFIG_ENVIRONMENT .*"fast".*native.*float32/);
  });

  it("prints no warning of overridden kernels", () => {
    const text = run(
      "process.on('warning', (w) => console.log('warning', w.message)); torch.mm(torch.ones([2, 2]).half(), torch.ones([2, 2]).half()); setTimeout(() => console.log('end'), 50);",
      { FABRIC_HALF_CPU: "float32" },
    );
    expect(text).toBe("end\n");
  });

  it.each<Record<string, string>>([{ FABRIC_HALF_CPU: "float32" }, { ONEDNN_MAX_CPU_ISA: "AVX2" }])(
    "computes an LSTM under autocast, which oneDNN then has not: %o",
    (env) => {
      const found = JSON.parse(
        run(
          `const found = {};
        torch.manualSeed(2);
        const lstm = new torch.nn.LSTM(8, 4, { batchFirst: true, numLayers: 2, bidirectional: true });
        const x = torch.randn([2, 5, 8]);
        const flat = ([y, [h, c]]) => [y, h, c];
        const state = [torch.randn([4, 2, 4]), torch.randn([4, 2, 4])];
        const exact = flat(lstm.forward(x, state));
        exact[0].square().mean().backward();
        const slopes = lstm.parameters().map((p) => p.grad.clone());
        const far = (list, from) => Math.max(...list.map((t, i) => t.float().sub(from[i]).abs().max().item()));
        for (const dtype of ["bfloat16", "float16"]) {
          for (const p of lstm.parameters()) p.grad = null;
          const run = () => torch.autocast({ device: "cpu", dtype }, () => flat(lstm.forward(x, state)));
          const own = run();
          own[0].float().square().mean().backward();
          found[dtype] = {
            dtypes: own.map((t) => t.dtype),
            error: far(own, exact),
            slope: far(lstm.parameters().map((p) => p.grad), slopes),
            inference: far(torch.noGrad(run), exact),
          };
        }
        console.log(JSON.stringify(found));`,
          env,
        ),
      ) as Record<string, { dtypes: string[]; error: number; slope: number; inference: number }>;
      for (const [dtype, { dtypes, error, slope, inference }] of Object.entries(found)) {
        expect(dtypes).toEqual([dtype, dtype, dtype]);
        // Numbers up to 2, rounded once or, between layers, twice; gradients are smaller.
        const bound = dtype === "bfloat16" ? 2 ** -7 : 2 ** -10;
        for (const difference of [error, slope, inference]) {
          expect(difference).toBeLessThan(bound);
          expect(difference).toBeGreaterThan(0);
        }
      }
      expect(Object.keys(found)).toHaveLength(2);
    },
  );

  it("is at least as close to float64 as libtorch itself", () => {
    const native = JSON.parse(
      run(ERRORS, { FABRIC_HALF_CPU: "native", ONEDNN_MAX_CPU_ISA: "AVX2" }),
    ) as Record<string, number>;
    const ours = JSON.parse(
      run(ERRORS, { FABRIC_HALF_CPU: "float32", ONEDNN_MAX_CPU_ISA: "AVX2" }),
    ) as Record<string, number>;
    expect(Object.keys(ours)).toHaveLength(20);
    for (const [name, error] of Object.entries(ours)) {
      expect(error, name).toBeGreaterThan(0); // rounded to 16 bits at all
      // A tie between two neighbours may fall either way after float32 sums in another order: a thousandth of the rounding.
      expect(error, name).toBeLessThanOrEqual((native[name] as number) * 1.001);
    }
  });
});
