// An 8-bit weight out of a state dict and into one: int8 with its scales under bitsandbytes' keys, or a float tensor.
import { tensor as makeTensor, nn, type Tensor } from "@fabric/torch";
import { int8VectorwiseDequant } from "../functional/int8.js";
import { isInt8Params } from "./int8-params.js";

/** Layouts by the number that checkpoints give; only the first is not a relic of old GPUs. */
const FORMATS = ["row", "col32", "col_turing", "col_ampere"];

/** Adds the scales and the layout of codes named `prefix` + "weight" to a state dict. */
export function saveScales(weight: Tensor, into: Record<string, Tensor>, prefix: string): void {
  if (!isInt8Params(weight) || weight.SCB === null) return;
  into[`${prefix}SCB`] = weight.SCB.detach();
  into[`${prefix}weight_format`] = makeTensor(0, { dtype: "uint8" });
}

/**
 * Matches `weight`, `SCB` and `weight_format` under `prefix`, and queues what loads them. Codes go into a frozen weight, quantised or not;
 * a weight that is trained gets the floats that they stand for. Floats are quantised on arrival in a weight that holds codes.
 */
export function loadWeight8bit(
  weight: nn.Parameter,
  source: ReadonlyMap<string, Tensor>,
  prefix: string,
  report: nn.LoadReport,
): void {
  const key = `${prefix}weight`;
  const value = source.get(key);
  if (value === undefined) {
    report.missing.push(key);
    return;
  }
  report.consumed.add(key);
  const problem =
    value.dtype === "int8"
      ? takeCodes(weight, value, source, prefix, report)
      : takeFloats(weight, value, source, prefix, report);
  if (problem !== null) report.mismatches.push(`  ${key}: ${problem}`);
}

/** @returns why not, or null. */
function takeCodes(
  weight: nn.Parameter,
  codes: Tensor,
  source: ReadonlyMap<string, Tensor>,
  prefix: string,
  report: nn.LoadReport,
): string | null {
  const scales = source.get(`${prefix}SCB`);
  const format = source.get(`${prefix}weight_format`);
  report.consumed.add(`${prefix}SCB`);
  report.consumed.add(`${prefix}weight_format`);
  const shape = mismatch(weight, codes);
  if (shape !== null) return shape;
  if (scales === undefined)
    return `an int8 weight without its scales; the key ${prefix}SCB is missing`;
  const rows = weight.shape[0] as number;
  if (!scales.isFloatingPoint() || scales.numel() !== rows)
    return `expected float32 of [${rows}] as ${prefix}SCB, state dict has ${scales.dtype} of [${scales.shape.join(", ")}]`;
  const layout = formatProblem(format, prefix);
  if (layout !== null) return layout;
  report.pending.push(() => {
    const device = weight.device === "meta" ? codes.device : weight.device;
    const takes = report.assign && !report.borrowed;
    const own = (t: Tensor) => (takes && t.device === device ? t : t.to(device).clone());
    const bare = scales.detach().reshape([-1]).to("float32");
    if (isInt8Params(weight)) weight.setCodes(own(codes.detach().contiguous()), own(bare));
    else setTrained(weight, int8VectorwiseDequant(codes.to(device), bare.to(device)));
  });
  return null;
}

/** @returns why not, or null. */
function takeFloats(
  weight: nn.Parameter,
  value: Tensor,
  source: ReadonlyMap<string, Tensor>,
  prefix: string,
  report: nn.LoadReport,
): string | null {
  if (!value.isFloatingPoint()) {
    report.consumed.add(`${prefix}SCB`);
    report.consumed.add(`${prefix}weight_format`);
    const key = `${prefix}weight`;
    return source.has(`${key}.absmax`)
      ? "expected int8 codes or a float weight, state dict has a 4-bit weight; load it into a 4-bit layer, or with fabric.load(..., { convert: true })"
      : `expected int8 codes or a float weight, state dict has ${value.dtype}`;
  }
  if (source.has(`${prefix}SCB`)) {
    report.consumed.add(`${prefix}SCB`);
    report.consumed.add(`${prefix}weight_format`);
    return `a ${value.dtype} weight beside ${prefix}SCB, which belongs to int8 codes; take one of the two out`;
  }
  const shape = mismatch(weight, value);
  if (shape !== null) return shape;
  if (!isInt8Params(weight)) {
    // Matched already; the default rules of parameters hold.
    nn.matchEntry(`${prefix}weight`, weight, source, report);
    return null;
  }
  report.pending.push(() => {
    if (weight.SCB === null && weight.device !== "meta" && !report.assign) weight.copy_(value);
    else if (weight.SCB === null && weight.device !== "meta")
      nn.swapContent(weight, report.borrowed ? value.detach().clone() : value.detach());
    else weight.setFloat(value, weight.device === "meta" ? value.device : weight.device);
  });
  if (weight.SCB === null && weight.device === "meta" && !report.assign)
    return "the layer's weight is on the meta device; pass { assign: true } or call toEmpty first";
  return null;
}

/** Floats in the dtype of the parameter, which stays the same object. */
function setTrained(weight: nn.Parameter, floats: Tensor): void {
  const cast = floats.to(weight.dtype);
  if (weight.device === "meta") nn.swapContent(weight, cast);
  else weight.copy_(cast);
}

function mismatch(weight: Tensor, value: Tensor): string | null {
  const [a, b] = [weight.shape, value.shape];
  if (a.length === b.length && a.every((size, i) => size === b[i])) return null;
  return `the layer has [${a.join(", ")}], state dict has [${b.join(", ")}]`;
}

function formatProblem(format: Tensor | undefined, prefix: string): string | null {
  if (format === undefined) return null;
  const value = format.numel() === 1 ? Number(format.reshape([]).item()) : Number.NaN;
  if (value === 0) return null;
  const name = FORMATS[value];
  if (name === undefined)
    return `expected 0 ("row") as ${prefix}weight_format, state dict has ${format.numel() === 1 ? value : `a tensor of [${format.shape.join(", ")}]`}`;
  return `its codes have the layout "${name}" (${prefix}weight_format ${value}) of early versions of bitsandbytes, which is not read; save the checkpoint again with a version of 0.43 or later`;
}
