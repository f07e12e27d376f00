// What the generated operator types accept and give; compiled, never run.
import * as torch from "@fabric/torch";
import { type DType, linalg, nn, type Scalar, type Tensor } from "@fabric/torch";

/** Compiles only if both types are the same. */
function same<A, B>(_: [A] extends [B] ? ([B] extends [A] ? true : false) : false): void {}

const x = torch.ones([2, 3]);

// Dimensions of fixed count take one number or a list.
same<Tensor, ReturnType<typeof sum>>(true);
function sum(): Tensor {
  x.sum();
  x.sum(1);
  x.sum([0, 1], { keepdim: true, dtype: "float64" });
  x.sum(null, true);
  return torch.sum(x, [1], { dtype: torch.float64 });
}

// Sizes are lists, and a readonly shape fits.
x.reshape([-1]);
x.expand(x.shape);
// @ts-expect-error a size is a list
x.reshape(6);

// Options are camelCase and known by name.
// @ts-expect-error the option is keepdim
x.sum([1], { keepDim: true });
// @ts-expect-error dtypes are a closed set
x.sum({ dtype: "float31" });
// @ts-expect-error a keyword-only argument is no positional one
x.cumsum(0, "float64");

// Tensors and numbers share a signature, so a union passes.
const other: Tensor | Scalar = Math.random() > 0.5 ? x : 2;
same<Tensor, ReturnType<typeof addEither>>(true);
function addEither(): Tensor {
  return x.add(other, { alpha: 2 });
}
x.div(2, { roundingMode: "floor" });
// @ts-expect-error an unknown rounding mode
x.div(2, { roundingMode: "up" });

// Several results are labelled tuples.
const [values, indices] = x.max(1, { keepdim: true });
same<typeof values, Tensor>(true);
same<typeof indices, Tensor>(true);
const whole: Tensor = x.max();
const parts: Tensor[] = x.split(2, 1);
const equal: boolean = torch.equal(x, x);
const promoted: DType = torch.promoteTypes("float32", "int64");

// In-place methods give the object they were called on.
const weight: nn.Parameter = new nn.Parameter(x).add_(1).mul_(2);

// A prefix by position, the rest by name; null where a tensor may be missing.
torch.conv2d(x, x, null, 2, { padding: "same", groups: 1 });
torch.conv2d(x, x, { stride: [1, 2] });
// @ts-expect-error padding is a number, a list, "valid" or "same"
torch.conv2d(x, x, null, 1, "reflect");
// @ts-expect-error the weight is missing
torch.conv2d(x);

// Lists of tensors, optional ones too.
torch.cat([x, x], 1);
x.indexPut([indices, null], values);
// @ts-expect-error a tensor is no list
torch.cat(x);

// Reserved words and namespaces.
torch.var(x, 1, { correction: 0 });
linalg.solve(x, x);
const [q, r] = linalg.qr(x, "reduced");

// Operators that begin with an underscore are only under torch.ops.aten.
// @ts-expect-error not public
torch._fusedAdamw_;

export { equal, parts, promoted, q, r, weight, whole };
