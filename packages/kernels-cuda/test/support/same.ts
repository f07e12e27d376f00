// Compares results bit for bit.
import * as torch from "@fabric/torch";
import { expect } from "vitest";

/** Expects the same dtype, shape, strides and bits, where all NaNs count as one: devices differ in what a NaN carries. Tuples are compared part by part. */
export function expectSameBits(ours: unknown, theirs: unknown, what = "result"): void {
  if (Array.isArray(theirs)) {
    expect(ours, what).toHaveLength(theirs.length);
    for (const [i, part] of theirs.entries())
      expectSameBits((ours as unknown[])[i], part, `${what} ${i}`);
    return;
  }
  if (!(theirs instanceof torch.Tensor)) {
    expect(ours, what).toEqual(theirs);
    return;
  }
  expectSameElements(ours as torch.Tensor, theirs, what);
  expect((ours as torch.Tensor).stride(), what).toEqual(theirs.stride());
}

/** The same for tensors whose strides may differ. */
export function expectSameElements(ours: torch.Tensor, theirs: torch.Tensor, what: string): void {
  expect(ours.dtype, what).toBe(theirs.dtype);
  expect(ours.shape, what).toEqual(theirs.shape);
  if (!torch.equal(bitsOf(ours), bitsOf(theirs)))
    expect.fail(`${what}: ${firstDifference(ours, theirs)}`);
}

function firstDifference(ours: torch.Tensor, theirs: torch.Tensor): string {
  const differs = bitsOf(ours).ne(bitsOf(theirs)).reshape([-1, theirs.numel()]).any(0);
  const at = differs.nonzero().at(0).item<number>();
  const value = (t: torch.Tensor): number => t.detach().reshape([-1]).at(at).item<number>();
  return `${differs.sum().item()} of ${theirs.numel()} elements differ, first ${at}: ${value(ours)} and ${value(theirs)}`;
}

const INTEGERS: Readonly<Record<number, torch.DType>> = {
  2: torch.int16,
  4: torch.int32,
  8: torch.int64,
};

/** The bits of floating-point numbers as integers, with all NaNs alike; other tensors as they are. */
export function bitsOf(given: torch.Tensor): torch.Tensor {
  const tensor = given.detach().contiguous();
  if (!tensor.isFloatingPoint()) return tensor;
  // A number in place of every NaN; where they are is compared as well.
  const numbers = tensor.maskedFill(tensor.isnan(), 1.5);
  const integers = INTEGERS[tensor.elementSize()] as torch.DType;
  return torch.stack([numbers.view(integers), tensor.isnan().to(integers)]);
}

/** `values` at an address that is not aligned for wide accesses: a view that starts one element into its storage. */
export function misaligned(values: torch.Tensor): torch.Tensor {
  const flat = values.flatten();
  const padded = torch.cat([torch.zeros([1], { dtype: values.dtype }), flat]);
  return padded.narrow(0, 1, flat.numel()).view(values.shape);
}
