// State whose pages move between a CUDA device and the host.
import { warnOnce } from "@fabric/core";
import { type DType, type optim, type Tensor, zeros } from "@fabric/torch";
import { operatorFor } from "../operators.js";

/** States with fewer elements stay on the device, as in bitsandbytes. */
const PAGED_SIZE = 100_000;

/** Makes state of zeros beside a parameter. @internal */
export type NewZeros = (param: Tensor, shape: number[], dtype: DType) => Tensor;

/** In the memory of the parameter's device. @internal */
export const plainZeros: NewZeros = (param, shape, dtype) =>
  zeros(shape, { dtype, device: param.device });

/** In managed memory, unless it is small or on the CPU: that is said once. @internal */
export function pagedZeros(who: string): NewZeros {
  return (param, shape, dtype) => {
    const numel = shape.reduce((a, b) => a * b, 1);
    if (numel < PAGED_SIZE || param.device === "meta") return plainZeros(param, shape, dtype);
    if (param.device === "cpu")
      warnOnce(
        "FABRIC_BNB_PAGED_CPU",
        `${who}: state on the CPU is not paged, since there is no device to make room on; it is kept as without \`isPaged\`.`,
      );
    return operatorFor("zeros_paged", param)(param, shape, dtype) as Tensor;
  };
}

/** The states of a parameter that are paged, if its optimizer pages. @internal */
export function pagedStates(state: optim.ParamState): Tensor[] {
  return ["state1", "state2"].flatMap((name) => {
    const tensor = state[name] as Tensor | undefined;
    return tensor !== undefined && tensor.numel() >= PAGED_SIZE ? [tensor] : [];
  });
}

/** Starts to bring paged states to the device of their parameters. @internal */
export function prefetch(states: readonly Tensor[]): void {
  const [first] = states;
  if (first !== undefined) operatorFor("prefetch_paged", first)(states);
}
