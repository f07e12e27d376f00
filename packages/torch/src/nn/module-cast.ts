// Moving and casting a module: storage is swapped inside the same Parameter objects, so optimizers stay valid.

import { noGrad } from "../contexts.js";
import { empty } from "../creation.js";
import type { Device } from "../device.js";
import { type DType, isFloatingPoint } from "../dtype.js";
import { FabricError } from "../errors.js";
import { keep } from "../scope.js";
import { isTensor, type Tensor } from "../tensor.js";
import type { Module } from "./module.js";
import { isModule, STATE } from "./module-state.js";
import { walkModules } from "./module-walk.js";
import type { Parameter } from "./parameter.js";
import { swapContent } from "./swap-content.js";

/** Where and as what `Module.to` moves: absent parts stay as they are. */
export interface CastTarget {
  /** New dtype of real floating tensors; integers, bools and complex tensors keep theirs. */
  dtype?: DType;
  /** New device. */
  device?: Device;
  /** Let the host go on during a copy from pinned memory. */
  nonBlocking?: boolean;
}

const COMPLEX = new Set<string>(["complex32", "complex64", "complex128"]);
const NOT_FLOATING = new Set<string>([
  "int64",
  "int32",
  "int16",
  "int8",
  "uint8",
  "uint16",
  "uint32",
  "uint64",
  "bool",
]);

/** What {@link Module.castOwnState} is told. */
export interface OwnCastTarget extends CastTarget {
  /** Nothing is to be copied: `Module.toEmpty`, whose tensors are left uninitialised. */
  empty?: boolean;
}

/** Reads the arguments of `Module.to`. @internal */
export function parseCastTarget(first: unknown, second: unknown): CastTarget {
  const target: CastTarget = {};
  for (const value of [first, second]) {
    if (value === undefined) continue;
    if (typeof value === "string") addName(target, value);
    else if (isTensor(value)) Object.assign(target, { dtype: value.dtype, device: value.device });
    else if (typeof value === "object" && value !== null) addOptions(target, value as CastTarget);
    else throw castError(String(value));
  }
  if (target.dtype !== undefined && NOT_FLOATING.has(target.dtype)) {
    throw new FabricError(
      "FABRIC_CONFIG_DTYPE",
      `Expected a floating point or complex dtype for Module.to but received "${target.dtype}". Integer weights cannot be trained; cast single tensors instead.`,
    );
  }
  return target;
}

/** Casts and moves every parameter, gradient and buffer below `root`. @internal */
export function castModule(root: Module, target: CastTarget): void {
  mapModuleTensors(root, target, (tensor) => {
    const dtype =
      target.dtype !== undefined && followsDtype(tensor.dtype, target.dtype)
        ? target.dtype
        : tensor.dtype;
    const device = target.device ?? tensor.device;
    if (dtype === tensor.dtype && sameDevice(device, tensor.device)) return tensor;
    return tensor.to({ dtype, device, nonBlocking: target.nonBlocking ?? false });
  });
}

/** Puts uninitialised tensors on `device` in the place of all. @internal */
export function emptyModule(root: Module, device: Device): void {
  mapModuleTensors(root, { device, empty: true }, (tensor) =>
    empty([...tensor.shape], { dtype: tensor.dtype, device }),
  );
}

/**
 * Replaces the content of every parameter, gradient and buffer by what `convert` returns; returning the argument
 * leaves it. A tensor held in several places is converted once, and one that its module takes care of is left to it.
 */
function mapModuleTensors(
  root: Module,
  target: OwnCastTarget,
  convert: (tensor: Tensor) => Tensor,
): void {
  const seen = new Set<Tensor>();
  const buffers = new Map<Tensor, Tensor>();
  const mapParameter = (parameter: Parameter): void => {
    if (seen.has(parameter)) return;
    seen.add(parameter);
    const gradient = parameter.grad;
    const converted = convert(parameter);
    if (converted !== parameter) swapContent(parameter, converted);
    if (gradient === null) return;
    const convertedGradient = convert(gradient);
    if (convertedGradient !== gradient) swapContent(gradient, convertedGradient);
  };
  noGrad(() => {
    walkModules(root, (_path, module, members) => {
      for (const tensor of module.castOwnState(target)) seen.add(tensor);
      for (const [, parameter] of members.parameters) mapParameter(parameter);
      for (const { value } of members.items) if (!isModule(value)) mapParameter(value);
      for (const entry of module[STATE].buffers.values()) {
        if (entry.tensor === null || seen.has(entry.tensor)) continue;
        const known = buffers.get(entry.tensor);
        const converted = known ?? convert(entry.tensor);
        if (known === undefined) {
          buffers.set(entry.tensor, converted);
          keep(converted);
        }
        entry.tensor = converted;
      }
    });
  });
}

function followsDtype(current: DType, wanted: DType): boolean {
  if (isFloatingPoint(current)) return true;
  // A real target would drop the imaginary part, so complex tensors only follow another complex dtype.
  return COMPLEX.has(current) && COMPLEX.has(wanted);
}

function addName(target: CastTarget, name: string): void {
  if (/^(cpu|cuda|meta|mps)(:\d+)?$/.test(name)) target.device = name as Device;
  else if (/^(b?float|complex|u?int|bool)/.test(name)) target.dtype = name as DType;
  else throw castError(`"${name}"`);
}

function addOptions(target: CastTarget, options: CastTarget): void {
  for (const key of Object.keys(options)) {
    if (key === "dtype" || key === "device" || key === "nonBlocking") continue;
    throw castError(`{ ${key} }`);
  }
  if (options.dtype !== undefined) addName(target, options.dtype);
  if (options.device !== undefined) addName(target, options.device);
  if (options.nonBlocking !== undefined) target.nonBlocking = options.nonBlocking;
}

function sameDevice(wanted: Device, current: Device): boolean {
  // "cuda" means the current CUDA device; only the runtime knows which, so anything but equality is a move.
  return wanted === current;
}

function castError(received: string): FabricError {
  return new FabricError(
    "FABRIC_CONFIG_TO",
    `Expected a dtype ("bfloat16"), a device ("cuda:0"), a Tensor or { dtype, device, nonBlocking } for Module.to but received ${received}.`,
  );
}
