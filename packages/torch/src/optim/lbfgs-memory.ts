// What L-BFGS remembers between steps, and its form in a state dict.
import { noGrad } from "../contexts.js";
import { FabricError } from "../errors.js";
import { unscoped } from "../scope.js";
import { isTensor, type Tensor } from "../tensor.js";
import type { ParamState } from "./optimizer.js";

/** @internal Curvature pairs of the past and where the last iteration stood. */
export interface Memory {
  direction: Tensor;
  t: number;
  oldDirs: Tensor[];
  oldSteps: Tensor[];
  ro: number[];
  hDiag: number;
  prevFlatGrad: Tensor;
  prevLoss: number;
  iterations: number;
  evaluations: number;
}

/** @internal A kept copy of `next` in place of `old`. */
export function replace(old: Tensor, next: Tensor): Tensor {
  const copy = unscoped(() => next.clone());
  old.dispose();
  return copy;
}

/** @internal Under PyTorch's names. Its lists do not fit the type of one parameter's state, which names the usual entries. */
export function memoryToState(memory: Memory): ParamState {
  const state: Record<string, unknown> = {
    func_evals: memory.evaluations,
    n_iter: memory.iterations,
    d: memory.direction,
    t: memory.t,
    old_dirs: [...memory.oldDirs],
    old_stps: [...memory.oldSteps],
    ro: [...memory.ro],
    H_diag: memory.hDiag,
    prev_flat_grad: memory.prevFlatGrad,
    prev_loss: memory.prevLoss,
  };
  return state as ParamState;
}

/** @internal Copies of a state's tensors, in the dtype and on the device of `like`. */
export function memoryFromState(entry: ParamState, like: Tensor): Memory {
  const state = entry as Record<string, unknown>;
  const copy = (value: unknown, name: string): Tensor => {
    if (!isTensor(value))
      throw new FabricError(
        "FABRIC_CHECKPOINT_MISMATCH",
        `LBFGS: the saved state has no tensor \`${name}\`; it is not the state of an LBFGS.`,
      );
    return value.detach().to({ dtype: like.dtype, device: like.device, copy: true });
  };
  const number = (value: unknown, otherwise: number): number =>
    isTensor(value) ? value.item() : Number(value ?? otherwise);
  const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
  return unscoped(() =>
    noGrad(() => ({
      direction: copy(state["d"], "d"),
      t: number(state["t"], 0),
      oldDirs: list(state["old_dirs"]).map((t) => copy(t, "old_dirs")),
      oldSteps: list(state["old_stps"]).map((t) => copy(t, "old_stps")),
      ro: list(state["ro"]).map((v) => number(v, 0)),
      hDiag: number(state["H_diag"], 1),
      prevFlatGrad: copy(state["prev_flat_grad"], "prev_flat_grad"),
      prevLoss: number(state["prev_loss"], 0),
      iterations: number(state["n_iter"], 0),
      evaluations: number(state["func_evals"], 0),
    })),
  );
}
