// Parameter groups: what an optimizer is given, checked and completed with defaults.
import { FabricError, show } from "../errors.js";
import { isTensor, type Tensor } from "../tensor.js";

/** Parameters with the options that hold for them. */
export type ParamGroup<O extends object> = O & { params: Tensor[]; paramNames?: string[] };
/** A parameter with its name, as `module.namedParameters()` gives them. */
export type NamedParam = readonly [name: string, param: Tensor];
/** A group as it is given: its parameters and the options that differ from the defaults. */
export type ParamGroupInput<O extends object> = Partial<O> & {
  params: Iterable<Tensor> | Iterable<NamedParam> | Tensor;
};
/** What a constructor takes: parameters, named parameters, or groups that override some options. */
export type ParamsInput<O extends object> =
  | Iterable<Tensor>
  | Iterable<NamedParam>
  | Iterable<ParamGroupInput<O>>;

type Checked<O extends object> = Partial<O> & { params: Tensor[]; paramNames?: string[] };

function isNamed(item: unknown): item is NamedParam {
  return Array.isArray(item) && item.length === 2 && typeof item[0] === "string";
}

function checkParam(p: unknown, who: string): asserts p is Tensor {
  if (!isTensor(p))
    throw new FabricError(
      "FABRIC_CONFIG_OPTIMIZER",
      `${who}: expected tensors to optimize but received ${show(p)}; pass module.parameters().`,
    );
  if (!p.isLeaf)
    throw new FabricError(
      "FABRIC_CONFIG_OPTIMIZER",
      `${who}: a tensor of shape [${p.shape.join(", ")}] is not a leaf (made by ${p.gradFn}); only leaves hold gradients.`,
    );
}

/** Groups from whatever the constructor was given. @throws FabricError `FABRIC_CONFIG_OPTIMIZER`. */
export function toGroups<O extends object>(input: ParamsInput<O>, who: string): Checked<O>[] {
  if (
    isTensor(input) ||
    typeof (input as Iterable<unknown> | undefined)?.[Symbol.iterator] !== "function"
  ) {
    throw new FabricError(
      "FABRIC_CONFIG_OPTIMIZER",
      `${who}: expected an array of parameters or of groups but received ${show(input)}; pass module.parameters().`,
    );
  }
  const items = [...(input as Iterable<unknown>)];
  if (items.length === 0)
    throw new FabricError(
      "FABRIC_CONFIG_OPTIMIZER",
      `${who}: the list of parameters is empty; a model without parameters needs no optimizer.`,
    );
  const isGroups = items.some(
    (item) => !isTensor(item) && typeof item === "object" && item !== null && "params" in item,
  );
  if (!isGroups) return [toGroup({ params: items } as unknown as ParamGroupInput<O>, who)];
  return items.map((item) => toGroup(item as ParamGroupInput<O>, who));
}

/** One group, checked. */
function toGroup<O extends object>(group: ParamGroupInput<O>, who: string): Checked<O> {
  const given = group?.params;
  if (
    isTensor(group) ||
    typeof (given as Iterable<unknown> | undefined)?.[Symbol.iterator] !== "function"
  ) {
    if (isTensor(given)) return toGroup({ ...group, params: [given] }, who);
    throw new FabricError(
      "FABRIC_CONFIG_OPTIMIZER",
      `${who}: expected a group with \`params\` but received ${show(group)}.`,
    );
  }
  const items: unknown[] = [...(given as Iterable<unknown>)];
  const params = items.map((item) => {
    const param = isNamed(item) ? item[1] : item;
    checkParam(param, who);
    return param;
  });
  if (new Set(params).size !== params.length)
    throw new FabricError(
      "FABRIC_CONFIG_OPTIMIZER",
      `${who}: a parameter appears twice in one group; it would be updated twice a step.`,
    );
  const named = items.filter(isNamed);
  if (named.length === 0) return { ...group, params };
  if (named.length !== items.length)
    throw new FabricError(
      "FABRIC_CONFIG_OPTIMIZER",
      `${who}: some parameters of a group have names and some have none; name all or none.`,
    );
  return { ...group, params, paramNames: named.map(([name]) => name) };
}

/** A number option within its bounds. @throws FabricError `FABRIC_CONFIG_OPTIMIZER`. */
export function checkNumber(
  who: string,
  name: string,
  value: unknown,
  isFine: (v: number) => boolean,
  expected: string,
): void {
  if (typeof value === "number" && isFine(value)) return;
  throw new FabricError(
    "FABRIC_CONFIG_OPTIMIZER",
    `${who}: expected ${expected} for \`${name}\` but received ${show(value)}.`,
  );
}

/** Two decay rates. @throws FabricError `FABRIC_CONFIG_OPTIMIZER`. */
export function checkBetas(who: string, betas: readonly number[] | undefined): void {
  for (const i of [0, 1])
    checkNumber(who, `betas[${i}]`, betas?.[i], (v) => v >= 0 && v < 1, "a number in [0, 1)");
}

/** An option that is true or false. @throws FabricError `FABRIC_CONFIG_OPTIMIZER`. */
export function checkSwitch(who: string, name: string, value: unknown): void {
  if (typeof value === "boolean") return;
  throw new FabricError(
    "FABRIC_CONFIG_OPTIMIZER",
    `${who}: expected true or false for \`${name}\` but received ${show(value)}.`,
  );
}

/** Bounds that most options share. */
export const atLeastZero = (v: number): boolean => v >= 0;
