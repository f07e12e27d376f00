// Activations between the two products of an MLP, with their derivatives, in float32.
import { cat, checkOptions, chunk, ops, optionError, type Tensor } from "@fabric/torch";

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
const quick = (alpha: number): Smooth => ({
  value: (x) => x.mul(x.mul(alpha).sigmoid()),
  backward: (g, x) => {
    const s = x.mul(alpha).sigmoid();
    // s + alpha x s (1 - s)
    return g.mul(s.add(x.mul(alpha).mul(s).mul(s.neg().add(1))));
  },
});
const qgelu = quick(QUICK);
const sigmoid: Smooth = {
  value: (x) => x.sigmoid(),
  backward: (g, x) => {
    const s = x.sigmoid();
    return g.mul(s).mul(s.neg().add(1));
  },
};

const identity: Smooth = { value: (x) => x, backward: (g) => g };

const PLAIN: Readonly<Record<string, Smooth>> = { gelu, relu, silu, srelu, qgelu };
/** Of the half that goes through the activation, and of the one that it is multiplied with. */
const GATED: Readonly<
  Record<string, (params: ActivationParams) => [gate: Smooth, linear: Smooth]>
> = {
  geglu: () => [gelu, identity],
  glu: () => [sigmoid, identity],
  qgeglu: () => [qgelu, identity],
  reglu: () => [relu, identity],
  sreglu: () => [srelu, identity],
  swiglu: () => [silu, identity],
  clamped_swiglu: clamped,
};

function clamped({ limit, alpha }: ActivationParams): [gate: Smooth, linear: Smooth] {
  const silu = quick(alpha);
  return [
    {
      value: (x) => silu.value(x.clamp(null, limit)),
      backward: (g, x) => silu.backward(g, x).mul(x.le(limit)),
    },
    {
      value: (x) => x.clamp(-limit, limit).add(1),
      backward: (g, x) => g.mul(x.abs().le(limit)),
    },
  ];
}

/** What `clamped_swiglu` can be told. */
export interface ActivationParams {
  /** Bound of both halves; default 7. */
  readonly limit: number;
  /** Slope of the sigmoid; default 1.702. */
  readonly alpha: number;
}

/** An activation and its numbers. */
export interface Activation {
  readonly name: MlpActivation;
  readonly params: ActivationParams;
}

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

/** @throws FabricError `FABRIC_CONFIG_OPTION` for what is not positive, and for params of an activation that has none. */
export function checkParams(owner: string, name: MlpActivation, value: unknown): ActivationParams {
  const defaults = { limit: 7, alpha: QUICK };
  if (value === undefined) return defaults;
  if (name !== "clamped_swiglu")
    throw optionError(
      owner,
      "activationParams",
      `nothing with the activation "${name}", which has no numbers of its own,`,
      value,
    );
  checkOptions(`${owner}: activationParams`, value, ["limit", "alpha"]);
  const params: Record<string, unknown> = { ...defaults };
  for (const [key, given] of Object.entries(value)) {
    if (given === undefined) continue;
    if (typeof given !== "number" || !(given > 0) || !Number.isFinite(given))
      throw optionError(owner, `activationParams.${key}`, "a positive number", given);
    params[key] = given;
  }
  return params as unknown as ActivationParams;
}

/** `f(x)`, or `f(x1) l(x2)` of the halves of the last dimension; `clamped_swiglu`: `x1 sigmoid(alpha x1) (x2 + 1)` with halves of at most `limit`. */
export function activate({ name, params }: Activation, x: Tensor): Tensor {
  const gated = GATED[name];
  if (gated === undefined) return (PLAIN[name] as Smooth).value(x);
  const [a, b] = chunk(x, 2, -1) as [Tensor, Tensor];
  const [gate, linear] = gated(params);
  return gate.value(a).mul(linear.value(b));
}

/** Gradient of `x` from that of the result. */
export function activateBackward(
  { name, params }: Activation,
  gradient: Tensor,
  x: Tensor,
): Tensor {
  const gated = GATED[name];
  if (gated === undefined) return (PLAIN[name] as Smooth).backward(gradient, x);
  const [a, b] = chunk(x, 2, -1) as [Tensor, Tensor];
  const [gate, linear] = gated(params);
  return cat(
    [
      gate.backward(gradient.mul(linear.value(b)), a),
      linear.backward(gradient.mul(gate.value(a)), b),
    ],
    -1,
  );
}
