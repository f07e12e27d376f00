// Parameter groups: what an optimizer is given, checked and completed with defaults.
import { FabricError, show } from "../errors.js";
import { isTensor, type Tensor } from "../tensor.js";

/** Parameters with the options that hold for them. */
export type ParamGroup<O extends object> = O & { params: Tensor[] };
/** What a constructor takes: parameters, or groups that override some options. */
export type ParamsInput<O extends object> =
  | Iterable<Tensor>
  | Iterable<Partial<O> & { params: Iterable<Tensor> | Tensor }>;

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
export function toGroups<O extends object>(
  input: ParamsInput<O>,
  who: string,
): (Partial<O> & { params: Tensor[] })[] {
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
  const first = items[0];
  if (isTensor(first) || typeof first !== "object" || first === null || !("params" in first))
    return [{ params: items } as Partial<O> & { params: Tensor[] }].map((g) => checkGroup(g, who));
  return items.map((item) => {
    const group = item as Partial<O> & { params: Iterable<Tensor> | Tensor };
    if (group?.params === undefined)
      throw new FabricError(
        "FABRIC_CONFIG_OPTIMIZER",
        `${who}: expected a group with \`params\` but received ${show(item)}.`,
      );
    return checkGroup(
      { ...group, params: isTensor(group.params) ? [group.params] : [...group.params] },
      who,
    );
  });
}

function checkGroup<O extends object>(
  group: Partial<O> & { params: Tensor[] },
  who: string,
): Partial<O> & { params: Tensor[] } {
  for (const p of group.params) checkParam(p, who);
  if (new Set(group.params).size !== group.params.length)
    throw new FabricError(
      "FABRIC_CONFIG_OPTIMIZER",
      `${who}: a parameter appears twice in one group; it would be updated twice a step.`,
    );
  return group;
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

/** Bounds that most options share. */
export const atLeastZero = (v: number): boolean => v >= 0;
