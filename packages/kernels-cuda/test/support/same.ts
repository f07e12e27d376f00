// Compares results bit for bit.
import * as torch from "@fabric/torch";
import { expect } from "vitest";

/** Expects the same dtype, shape, and bits, where all NaNs count as one: devices differ in what a NaN carries. Tuples are compared part by part. */
export function expectSameBits(ours: unknown, theirs: unknown): void {
  if (Array.isArray(theirs)) {
    expect(ours).toHaveLength(theirs.length);
    for (const [i, part] of theirs.entries()) expectSameBits((ours as unknown[])[i], part);
    return;
  }
  if (!(theirs instanceof torch.Tensor)) {
    expect(ours).toEqual(theirs);
    return;
  }
  const tensor = ours as torch.Tensor;
  expect(tensor.dtype).toBe(theirs.dtype);
  expect(tensor.shape).toEqual(theirs.shape);
  expect(tensor.stride()).toEqual(theirs.stride());
  expect(torch.equal(bitsOf(tensor), bitsOf(theirs))).toBe(true);
}

const INTEGERS: Readonly<Record<number, torch.DType>> = {
  2: torch.int16,
  4: torch.int32,
  8: torch.int64,
};

function bitsOf(tensor: torch.Tensor): torch.Tensor {
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
