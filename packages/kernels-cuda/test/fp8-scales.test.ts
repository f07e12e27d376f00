// fabric::fp8_amax, fabric::fp8_current_scale and fabric::fp8_update_scales_ on CUDA beside the CPU.
import * as torch from "@fabric/torch";
import { type Tensor, tensor } from "@fabric/torch";
import { expect, it } from "vitest";
import { FLOATS, FORMATS, misaligned, sameNumbers, spread } from "./support/fp8.js";
import { describeKernels, onCpu } from "./support/twin.js";

const floats = (...values: number[]): Tensor => tensor(values, { dtype: "float32" });

describeKernels("fp8_amax and fp8_current_scale", (twin) => {
  const inputs = (): Tensor[] => [
    ...FLOATS.flatMap((type) => [1, 15, 16, 4097, 70_001].map((n) => spread([n], n).to(type))),
    spread([96, 80], 1).t(),
    misaligned(spread([1000], 2).bfloat16()),
    torch.zeros([0]),
    torch.zeros([5]),
    floats(Number.NaN, -3, 2),
    floats(Number.NaN),
    floats(1, -Infinity),
    floats(1e-42, -2e-43),
    floats(-1e38),
  ];

  it("finds the largest magnitude", () => {
    for (const x of inputs())
      expect(
        sameNumbers(twin.call("fp8_amax", x) as Tensor, onCpu("fp8_amax", x) as Tensor),
        `${x.dtype} [${x.shape}]`,
      ).toBe(true);
  });

  for (const dtype of FORMATS)
    it(`${dtype}: finds the scale, also as a power of two and with a floor`, () => {
      for (const x of inputs())
        for (const isPower of [false, true])
          for (const epsilon of [0, 1e-3, 100, Number.NaN, Infinity]) {
            const args = [x, dtype, isPower, epsilon];
            const ours = twin.call("fp8_current_scale", ...args) as Tensor;
            const right = onCpu("fp8_current_scale", ...args) as Tensor;
            expect(sameNumbers(ours, right), `${x.dtype} [${x.shape}], ${epsilon}`).toBe(true);
          }
    });
});

describeKernels("fp8_update_scales_", (twin) => {
  /** Histories of `[length, slots]` with zeros, infinities and NaNs among their numbers. */
  function history(length: number, slots: number, seed: number): Tensor {
    const numbers = spread([length, slots], seed).abs();
    const kind = spread([length, slots], seed + 1);
    return numbers
      .maskedFill(kind.gt(20), 0)
      .maskedFill(kind.lt(-40), Number.NaN)
      .maskedFill(kind.lt(-80), Infinity);
  }

  for (const mostRecent of [false, true])
    for (const reduced of [false, true])
      it(`rolls histories of every length: ${mostRecent ? "most recent" : "max"}${reduced ? ", reduced" : ""}`, () => {
        const sizes = [
          [1, 1],
          [2, 3],
          [3, 6],
          [16, 2],
          [256, 3],
          [257, 1],
          [258, 2],
          [1024, 3],
          [1025, 1],
        ] as const;
        for (let seed = 0; seed < 3; seed++) {
          const histories = sizes.map(([length, slots], i) =>
            history(length, slots, 10 * i + seed),
          );
          const scales = sizes.map(([, slots]) => torch.full([slots], 5));
          const amaxes = reduced
            ? sizes.map(([, slots], i) => history(1, slots, 100 + i + seed).view([slots]))
            : [];
          const states = [0, 1].map(() =>
            [histories, scales].map((list) => list.map((t) => t.clone())),
          );
          const [ours, right] = states as [Tensor[][], Tensor[][]];
          for (const margin of [0, 2]) {
            twin.call("fp8_update_scales_", ours[0], ours[1], amaxes, 448, margin, mostRecent);
            onCpu("fp8_update_scales_", right[0], right[1], amaxes, 448, margin, mostRecent);
          }
          for (const part of [0, 1] as const)
            for (let i = 0; i < sizes.length; i++)
              expect(
                sameNumbers(ours[part]?.[i] as Tensor, right[part]?.[i] as Tensor),
                `[${sizes[i]}] ${part === 0 ? "history" : "scale"}`,
              ).toBe(true);
        }
      });

  it("takes more histories than one launch has room for, and none", () => {
    const make = (): Tensor[] => Array.from({ length: 230 }, (_, i) => torch.full([3, 1], i));
    const scales = (): Tensor[] => Array.from({ length: 230 }, () => torch.ones([1]));
    const [ours, ourScales, right, rightScales] = [make(), scales(), make(), scales()];
    twin.call("fp8_update_scales_", ours, ourScales, [], 57344, 0, false);
    onCpu("fp8_update_scales_", right, rightScales, [], 57344, 0, false);
    expect(sameNumbers(torch.cat(ours), torch.cat(right))).toBe(true);
    expect(sameNumbers(torch.cat(ourScales), torch.cat(rightScales))).toBe(true);
    expect((torch.cat(ourScales).toArray() as number[]).slice(0, 4)).toEqual([
      1,
      57344,
      28672,
      Math.fround(57344 / 3),
    ]);
  });

  it("limits scales, and keeps them for what says nothing", () => {
    for (const last of [0, -0, 1e-42, Infinity, Number.NaN, -1]) {
      const states = [0, 1].map(() => [floats(last, 0, 0, 0).view([4, 1]), floats(3)] as const);
      const [[ours, scale], [right, rightScale]] = states as [
        readonly [Tensor, Tensor],
        readonly [Tensor, Tensor],
      ];
      twin.call("fp8_update_scales_", [ours], [scale], [], 448, 0, false);
      onCpu("fp8_update_scales_", [right], [rightScale], [], 448, 0, false);
      expect(sameNumbers(ours, right), `${last}`).toBe(true);
      expect(sameNumbers(scale, rightScale), `${last}`).toBe(true);
    }
    expect(() =>
      twin.call("fp8_update_scales_", [torch.ones([2, 2])], [floats(1)], [], 448, 0, false),
    ).toThrow(/expected/);
  });
});
