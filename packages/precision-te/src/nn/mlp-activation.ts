// Activations between the two products of an MLP, with their derivatives, in float32.
import { cat, chunk, ops, optionError, type Tensor } from "@fabric/torch";

/** Names of activations; those with `glu` multiply one half of the first product's result with an activation of the other. */
export type MlpActivation =
  | "gelu"
  | "relu"
  | "silu"
  | "srelu"
  | "qgelu"
  | "geglu"
  | "glu"
  | "qgeglu"
  | "reglu"
  | "sreglu"
  | "swiglu"
  | "clamped_swiglu";

/** A function of numbers, and the product of a gradient with its derivative. */
interface Smooth {
  value(x: Tensor): Tensor;
  backward(gradient: Tensor, x: Tensor): Tensor;
}

const aten = (name: string, ...args: unknown[]): Tensor =>
  (ops.aten[name] as unknown as (...args: unknown[]) => Tensor)(...args);

/** Slope of the sigmoid that stands in for the normal distribution in `qgelu`. */
const QUICK = 1.702;

const gelu: Smooth = {
  value: (x) => aten("gelu", x, { approximate: "tanh" }),
  backward: (g, x) => aten("gelu_backward", g, x, { approximate: "tanh" }),
};
const relu: Smooth = { value: (x) => x.relu(), backward: (g, x) => g.mul(x.gt(0)) };
const silu: Smooth = {
  value: (x) => x.mul(x.sigmoid()),
  backward: (g, x) => aten("silu_backward", g, x),
};
const srelu: Smooth = {
  value: (x) => x.relu().square(),
  backward: (g, x) => g.mul(x.relu()).mul(2),
};
const qgelu: Smooth = {
  value: (x) => x.mul(x.mul(QUICK).sigmoid()),
  backward: (g, x) => {
    const s = x.mul(QUICK).sigmoid();
    // s + 1.702 x s (1 - s)
    return g.mul(s.add(x.mul(QUICK).mul(s).mul(s.neg().add(1))));
  },
};
const sigmoid: Smooth = {
  value: (x) => x.sigmoid(),
  backward: (g, x) => {
    const s = x.sigmoid();
    return g.mul(s).mul(s.neg().add(1));
  },
};

/** Bound of the halves of `clamped_swiglu`. */
const LIMIT = 7;
const clampedSilu: Smooth = {
  value: (x) => qgelu.value(x.clamp(null, LIMIT)),
  backward: (g, x) => qgelu.backward(g, x).mul(x.le(LIMIT)),
};
/** What the other half of `clamped_swiglu` multiplies with. */
const clampedLinear: Smooth = {
  value: (x) => x.clamp(-LIMIT, LIMIT).add(1),
  backward: (g, x) => g.mul(x.abs().le(LIMIT)),
};
const identity: Smooth = { value: (x) => x, backward: (g) => g };

const PLAIN: Readonly<Record<string, Smooth>> = { gelu, relu, silu, srelu, qgelu };
const GATED: Readonly<Record<string, Smooth>> = {
  geglu: gelu,
  glu: sigmoid,
  qgeglu: qgelu,
  reglu: relu,
  sreglu: srelu,
  swiglu: silu,
  clamped_swiglu: clampedSilu,
};

/** Of the half that the activation is multiplied with. */
const linearOf = (name: MlpActivation): Smooth =>
  name === "clamped_swiglu" ? clampedLinear : identity;

/** Whether an activation halves the width. */
export function isGated(name: MlpActivation): boolean {
  return name in GATED;
}

/** @throws FabricError `FABRIC_CONFIG_OPTION`. */
export function checkActivation(owner: string, value: unknown): MlpActivation {
  if (value === undefined) return "gelu";
  if (typeof value === "string" && (Object.hasOwn(PLAIN, value) || Object.hasOwn(GATED, value)))
    return value as MlpActivation;
  throw optionError(
    owner,
    "activation",
    `one of ${[...Object.keys(PLAIN), ...Object.keys(GATED)].map((name) => `"${name}"`).join(", ")}`,
    value,
  );
}

/** `f(x)`, or `f(x1) x2` of the halves of the last dimension; `clamped_swiglu`: `x1 sigmoid(1.702 x1) (x2 + 1)` with halves of at most 7. */
export function activate(name: MlpActivation, x: Tensor): Tensor {
  const gated = GATED[name];
  if (gated === undefined) return (PLAIN[name] as Smooth).value(x);
  const [a, b] = chunk(x, 2, -1) as [Tensor, Tensor];
  return gated.value(a).mul(linearOf(name).value(b));
}

/** Gradient of `x` from that of the result. */
export function activateBackward(name: MlpActivation, gradient: Tensor, x: Tensor): Tensor {
  const gated = GATED[name];
  if (gated === undefined) return (PLAIN[name] as Smooth).backward(gradient, x);
  const [a, b] = chunk(x, 2, -1) as [Tensor, Tensor];
  const linear = linearOf(name);
  return cat(
    [
      gated.backward(gradient.mul(linear.value(b)), a),
      linear.backward(gradient.mul(gated.value(a)), b),
    ],
    -1,
  );
}
