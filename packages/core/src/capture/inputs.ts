// The inputs of a recorded step: copied into tensors that stay where they are.

import { forEachTensor, mapLeaves } from "../collections.js";
import { type Device, FabricError, isTensor, type Tensor, torch } from "../torch.js";

/** Arguments of a recorded step, whose tensors it reads at every replay. @internal */
export class StaticInputs {
  /** What the step is called with. */
  readonly values: readonly unknown[];
  readonly #slots: Tensor[] = [];
  readonly #plan: string;

  /** Copies `args`, the tensors to `device`. */
  constructor(args: readonly unknown[], device: Device) {
    this.#plan = describe(args);
    this.values = mapLeaves([...args], (leaf, path) => {
      if (!isTensor(leaf)) return leaf;
      checkPlain(leaf, path);
      const slot = torch.keep(leaf.to({ device, copy: true }).detach());
      this.#slots.push(slot);
      return slot;
    }) as readonly unknown[];
  }

  /** Copies new arguments into the same tensors. @throws FabricError `FABRIC_CAPTURE_INPUT` if anything but the elements of tensors differs. */
  fill(args: readonly unknown[]): void {
    const plan = describe(args);
    if (plan !== this.#plan) throw differs(this.#plan, plan);
    let next = 0;
    torch.noGrad(() => {
      forEachTensor(args, (tensor) => {
        const slot = this.#slots[next++] as Tensor;
        // From page-locked memory the host need not wait.
        if (!slot.isSame(tensor)) slot.copy_(tensor, tensor.device === "cpu" && tensor.isPinned());
      });
    });
  }
}

function checkPlain(tensor: Tensor, path: string): void {
  if (!tensor.requiresGrad) return;
  throw new FabricError(
    "FABRIC_CAPTURE_INPUT",
    `fabric.capture: input ${path} requires a gradient. A recorded step copies its inputs, so no gradient would reach it; pass input.detach(), or make it a parameter.`,
  );
}

/** Everything about arguments that a recording depends on: structure, plain values, and of tensors shape, dtype and layout. */
function describe(args: readonly unknown[]): string {
  const parts: string[] = [];
  mapLeaves([...args], (leaf, path) => {
    parts.push(`${path}: ${isTensor(leaf) ? tensorText(leaf) : plainText(leaf)}`);
    return leaf;
  });
  return parts.join("\n");
}

const objects = new WeakMap<object, number>();
let seen = 0;

/** Objects and functions are the same only if they are the very same. */
function plainText(value: unknown): string {
  if ((typeof value === "object" && value !== null) || typeof value === "function") {
    if (!objects.has(value)) objects.set(value, ++seen);
    return `${value.constructor?.name ?? "object"} #${objects.get(value)}`;
  }
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

function tensorText(tensor: Tensor): string {
  return `${tensor.dtype}[${tensor.shape.join(", ")}]${tensor.layout === "strided" ? "" : ` ${tensor.layout}`}`;
}

function differs(recorded: string, given: string): FabricError {
  const before = recorded.split("\n");
  const after = given.split("\n");
  const at = after.findIndex((line, i) => line !== before[i]);
  const [had, got] = at < 0 ? [before[after.length], "nothing"] : [before[at], after[at]];
  return new FabricError(
    "FABRIC_CAPTURE_INPUT",
    `fabric.capture: the step was recorded with input ${had ?? "nothing"} but is called with ${got}. A recording has fixed shapes, dtypes and plain values: drop the last, smaller batch (\`dropLast: true\`), pad it, run it through the step itself, or capture one step for each shape.`,
  );
}
