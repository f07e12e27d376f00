// Codes of weights that are trained in float: made anew for each product that is recorded, kept between those that are not.
import {
  cuda,
  isGradEnabled,
  isInferenceModeEnabled,
  keep,
  noGrad,
  scope,
  type Tensor,
} from "@fabric/torch";
import { int8VectorwiseQuant } from "../functional/int8.js";

/** Codes of a weight and their scales. */
export interface Int8Weight {
  readonly codes: Tensor;
  readonly scales: Tensor;
}

interface Entry extends Int8Weight {
  /** What they were made of. */
  readonly version: number;
  readonly address: bigint;
  readonly device: string;
  /** Made in inference mode, and so of no use to a product that is recorded. */
  readonly isInference: boolean;
  /** Some elements of the weight, in its dtype. */
  readonly sample: Tensor;
}

/** Elements that are compared. */
const SAMPLED = 256;

/** By weight, so that layers with one weight have one copy; they are in no module and in no state dict. */
const entries = new WeakMap<Tensor, Entry>();

/**
 * The codes of `weight` as it is now.
 *
 * The version of a tensor alone does not tell whether it changed: libtorch's fused optimizer steps write to parameters without counting. So a
 * product that can lead to a step takes fresh codes. They are kept only without recording and without a gradient that a step could take, and
 * dropped by the next product that is recorded. Nor are any kept by a step that goes into a CUDA graph.
 */
export function int8Weight(weight: Tensor): Int8Weight {
  const isRecorded = isGradEnabled() && weight.requiresGrad;
  if (isRecorded || weight.grad !== null || cuda.avoidsHostReads()) {
    drop(weight);
    return quantized(weight);
  }
  const known = entries.get(weight);
  if (known !== undefined && isCurrent(known, weight)) return known;
  drop(weight);
  const entry = scope(() => {
    const { codes, scales } = quantized(weight);
    const sample = keep(noGrad(() => sampleOf(weight).clone()));
    const { version, device } = weight;
    const address = weight.dataPtr();
    const isInference = isInferenceModeEnabled();
    const made = { codes: keep(codes), scales: keep(scales), sample };
    return { ...made, version, address, device, isInference };
  });
  entries.set(weight, entry);
  return entry;
}

function quantized(weight: Tensor): Int8Weight {
  const [codes, scales] = int8VectorwiseQuant(weight.detach(), { roundHalf: true });
  return { codes, scales };
}

function isCurrent(entry: Entry, weight: Tensor): boolean {
  const { version, address, device, sample, isInference } = entry;
  if (isInference && !isInferenceModeEnabled()) return false;
  if (weight.version !== version || weight.dataPtr() !== address || weight.device !== device)
    return false;
  return scope(() => {
    const now = sampleOf(weight);
    return now.dtype === sample.dtype && now.numel() === sample.numel() && now.equal(sample);
  });
}

/** A view of elements at even distances, an odd number of them apart so that not all lie in one column. */
function sampleOf(weight: Tensor): Tensor {
  const flat = weight.detach().reshape([-1]);
  const step = Math.max(1, Math.floor(flat.numel() / SAMPLED)) | 1;
  return flat.slice(0, 0, flat.numel(), step);
}

/** A graph that still needs the codes holds them itself. */
function drop(weight: Tensor): void {
  const known = entries.get(weight);
  if (known === undefined) return;
  entries.delete(weight);
  for (const tensor of [known.codes, known.scales, known.sample]) tensor.dispose();
}
