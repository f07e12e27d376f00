// Tensors on several devices are refused: a mix with the meta device would give memory that nobody wrote.
import * as torch from "@fabric/torch";
import { ops, type Tensor } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import {
  dequantize4bit,
  dequantizeBlockwise,
  int8LinearMatmul,
  int8MmDequant,
  int8ScaledMm,
  int8VectorwiseDequant,
  int8VectorwiseQuant,
  QuantState,
  quantize4bit,
  quantizeBlockwise,
} from "../../src/functional/index.js";
import { loadOperators } from "../../src/operators.js";

loadOperators();
const MIXED = /Expected all tensors to be on the same device, but found at least two devices/;
const meta = (t: Tensor): Tensor => t.to("meta");

/** Calls `run` with all tensors on the CPU and on meta, which work, and with each of them on the other device, which does not. */
function checkEach(tensors: Tensor[], run: (tensors: Tensor[]) => unknown): void {
  run(tensors);
  run(tensors.map(meta));
  if (tensors.length === 1) return;
  for (let i = 0; i < tensors.length; i++) {
    expect(() => run(tensors.map((t, j) => (i === j ? meta(t) : t))), `tensor ${i}`).toThrow(MIXED);
    expect(() => run(tensors.map((t, j) => (i === j ? t : meta(t)))), `tensor ${i}`).toThrow(MIXED);
  }
}

type Op = (...args: unknown[]) => unknown;
const op = (name: string): Op => ops["fabric"]?.[name] as unknown as Op;

describe("operators refuse tensors on several devices", () => {
  const weight = torch.randn([8, 64]);

  it("dequantize_4bit, with plain scales", () => {
    const [packed, state] = quantize4bit(weight);
    checkEach([packed, state.absmax], ([codes, absmax]) =>
      dequantize4bit(codes as Tensor, new QuantState({ ...state, absmax: absmax as Tensor })),
    );
  });

  it("the blockwise ones", () => {
    const code = quantizeBlockwise(weight)[1].code;
    checkEach([weight, code], ([a, map]) =>
      quantizeBlockwise(a as Tensor, { code: map as Tensor }),
    );
    const [q, state] = quantizeBlockwise(weight);
    checkEach([q, state.absmax, state.code], ([codes, absmax, map]) =>
      dequantizeBlockwise(
        codes as Tensor,
        new QuantState({ ...state, absmax: absmax as Tensor, code: map as Tensor }),
      ),
    );
  });

  it("linear_4bit and the gradient of its input", () => {
    const [packed, state] = quantize4bit(weight, { compressStatistics: true });
    const { state2, offset } = state;
    if (state2 === null || offset === null) throw new Error("not nested");
    const nested = [state2.absmax, state2.code, offset];
    const common = [[8, 64], 64, "nf4", "float32"];
    checkEach([torch.randn([2, 64]), packed, state.absmax, torch.randn([8]), ...nested], (t) =>
      op("linear_4bit")(...t.slice(0, 3), ...common, ...t.slice(3), 256),
    );
    checkEach([torch.randn([2, 8]), packed, state.absmax, ...nested], (t) =>
      op("linear_4bit_grad_input")(...t.slice(0, 3), ...common, ...t.slice(3), 256),
    );
  });

  it("linear_8bit and the gradient of its input", () => {
    const [codes, stats] = int8VectorwiseQuant(weight);
    for (const backend of ["int8", "dequant"])
      checkEach([torch.randn([2, 64]), codes, stats, torch.randn([8]), weight], (t) =>
        op("linear_8bit")(...t, 0, backend),
      );
    checkEach([torch.randn([2, 8]), codes, stats], (t) =>
      op("linear_8bit_grad_input")(...t, "float32"),
    );
  });

  it("the int8 products", () => {
    const [codes, stats] = int8VectorwiseQuant(weight);
    checkEach([codes, stats], ([q, s]) => int8VectorwiseDequant(q as Tensor, s as Tensor));
    checkEach([codes, codes], ([a, b]) => int8LinearMatmul(a as Tensor, b as Tensor));
    const bias = torch.randn([8]);
    checkEach([int8LinearMatmul(codes, codes), stats, stats, bias], ([sums, rows, cols, b]) =>
      int8MmDequant(sums as Tensor, rows as Tensor, cols as Tensor, { bias: b as Tensor }),
    );
    checkEach([codes, codes, stats, stats, bias], ([a, b, rows, cols, plus]) =>
      int8ScaledMm(a as Tensor, b as Tensor, rows as Tensor, cols as Tensor, {
        bias: plus as Tensor,
      }),
    );
  });

  it("the optimizer updates", () => {
    const lists = [torch.randn([256]), torch.randn([256]), torch.zeros([256]), torch.zeros([256])];
    const unorm = torch.zeros([1]);
    checkEach([...lists, unorm], (t) =>
      op("optimizer_update_32bit_")("adam", ...t.map((tensor) => [tensor]), [1], {
        lr: 0.1,
        beta1: 0.9,
        beta2: 0.99,
        eps: 1e-8,
      }),
    );
    checkEach([torch.zeros([]), torch.tensor(0.1)], ([step, lr]) =>
      op("optimizer_step_numbers_")("adam", [step], lr, { beta1: 0.9, beta2: 0.99 }),
    );
    expect(() =>
      op("optimizer_step_numbers_")("adam", [torch.zeros([])], torch.tensor(0.1), {
        foundInf: torch.zeros([], { device: "meta" }),
      }),
    ).toThrow(/same device/);
  });
});
