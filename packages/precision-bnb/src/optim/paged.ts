// State whose pages move between a CUDA device and the host.
import { warnOnce } from "@fabric/core";
import { type DType, type optim, type Tensor, zeros } from "@fabric/torch";
import { operatorFor } from "../operators.js";

/** States with fewer elements stay on the device, as in bitsandbytes. */
const PAGED_SIZE = 100_000;

/** Where an optimizer keeps states. @internal */
export interface StateMemory {
  /** Zeros beside a parameter. */
  zeros(param: Tensor, shape: number[], dtype: DType): Tensor;
  /** A copy of what was saved, beside a parameter. */
  copy(param: Tensor, shape: number[], values: Tensor): Tensor;
}

/** The memory of the parameter's device. @internal */
export const plainMemory: StateMemory = {
  zeros: (param, shape, dtype) => zeros(shape, { dtype, device: param.device }),
  copy: ({ device }, shape, values) =>
    values.detach().to({ device, copy: true }).contiguous().view(shape),
};

/** States that are paged. */
const pagedTensors = new WeakSet<Tensor>();

/** Managed memory, unless a state is small or on the CPU: that is said once. @internal */
export function pagedMemory(who: string): StateMemory {
  const isPaged = ({ device }: Tensor, shape: number[]): boolean => {
    const isLarge = shape.reduce((a, b) => a * b, 1) >= PAGED_SIZE;
    if (isLarge && device === "cpu")
      warnOnce(
        "FABRIC_BNB_PAGED_CPU",
        `${who}: state on the CPU is not paged, since there is no device to make room on; it is kept as without \`isPaged\`.`,
      );
    return isLarge && device.startsWith("cuda");
  };
  const newPaged = (param: Tensor, shape: number[], dtype: DType): Tensor => {
    const made = operatorFor("zeros_paged", param)(param, shape, dtype) as Tensor;
    pagedTensors.add(made);
    return made;
  };
  return {
    zeros: (param, shape, dtype) =>
      isPaged(param, shape)
        ? newPaged(param, shape, dtype)
        : plainMemory.zeros(param, shape, dtype),
    copy: (param, shape, values) => {
      if (!isPaged(param, shape)) return plainMemory.copy(param, shape, values);
      const made = newPaged(param, shape, values.dtype);
      made.copy_(values.detach().reshape(shape));
      return made;
    },
  };
}

/** The paged states of a parameter. @internal */
export function pagedStates({ state1, state2 }: optim.ParamState): Tensor[] {
  return [state1, state2].filter((t): t is Tensor => typeof t === "object" && pagedTensors.has(t));
}

/** What is stepped together, and its paged states. @internal */
export interface PagedCall {
  readonly params: readonly Tensor[];
  readonly paged: readonly Tensor[];
}

/** Starts to move states to the device of `like`; what is queued there next waits for those of the call before. @internal */
export function moveAhead(like: Tensor, states: readonly Tensor[]): void {
  operatorFor("prefetch_paged", like)(like, states);
}

/** Steps one after the other: each waits for its own states, while those of the next one are on their way. @internal */
export function stepInTurn<C extends PagedCall>(
  calls: readonly C[],
  apply: (call: C) => void,
  move: (like: Tensor, states: readonly Tensor[]) => void = moveAhead,
): void {
  const like = calls.find(({ paged }) => paged.length > 0)?.params[0];
  if (like !== undefined) move(like, calls[0]?.paged ?? []);
  calls.forEach((call, i) => {
    if (like !== undefined) move(like, calls[i + 1]?.paged ?? []);
    apply(call);
  });
}
