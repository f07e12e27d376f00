// Compares tensors bit for bit; NaNs are equal to one another, since their payloads are the hardware's.
import * as torch from "@fabric/torch";
import { expect } from "vitest";

/** Fails unless both have the same shape, dtype and bits. */
export function expectSameBits(ours: torch.Tensor, theirs: torch.Tensor, what: string): void {
  expect(ours.dtype, what).toBe(theirs.dtype);
  expect(ours.shape, what).toEqual(theirs.shape);
  const [a, b] = [bitsOf(ours), bitsOf(theirs)];
  if (torch.equal(a, b)) return;
  const at = a.ne(b).reshape([-1]).nonzero().at(0).item<number>();
  const value = (t: torch.Tensor): number => t.detach().reshape([-1]).at(at).item<number>();
  const many = a.ne(b).sum().item<number>();
  expect.fail(
    `${what}: ${many} of ${ours.numel()} elements differ, first ${at}: ${value(ours)} and ${value(theirs)}`,
  );
}

function bitsOf(t: torch.Tensor): torch.Tensor {
  const dense = t.detach().contiguous();
  if (!dense.isFloatingPoint()) return dense;
  const known = torch.where(dense.isnan(), torch.zeros([], { dtype: dense.dtype }), dense);
  const size = { float64: "int64", float32: "int32" }[dense.dtype as string] ?? "int16";
  return known.view(size as torch.DType);
}
