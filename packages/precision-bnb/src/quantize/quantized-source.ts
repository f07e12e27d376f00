// Whether a checkpoint is quantised already.
import { FabricError } from "@fabric/torch";
import type { Source, SourceTensor } from "./source.js";

/** Keys of bitsandbytes, GPTQ, AWQ, compressed-tensors and FP8 checkpoints. */
const MARKS =
  /(^|\.)(absmax|nested_absmax|quant_state\.bitsandbytes__\w+|SCB|weight_format|qweight|qzeros|scales|weight_packed|weight_scale|weight_scale_inv)$/;
const NARROW = /^(u?int8|float8_\w+)$/;

/** @throws FabricError `FABRIC_CHECKPOINT_QUANTIZED` that names what shows it. */
export function refuseQuantized({ path, tensors, config }: Source): void {
  const section = config?.["quantization_config"];
  if (section !== undefined && section !== null) {
    const method = (section as { quant_method?: unknown }).quant_method;
    throw quantized(
      path,
      `its config.json has a quantization_config${typeof method === "string" ? ` of ${method}` : ""}`,
    );
  }
  const marked = tensors.find(({ name }) => MARKS.test(name));
  if (marked !== undefined) throw quantized(path, `it has a tensor \`${marked.name}\``);
  const narrow = tensors.find(isNarrowWeight);
  if (narrow !== undefined) throw quantized(path, `\`${narrow.name}\` is ${narrow.dtype}`);
}

function isNarrowWeight({ name, dtype, shape }: SourceTensor): boolean {
  return /(^|\.)weight$/.test(name) && shape.length === 2 && NARROW.test(dtype);
}

function quantized(path: string, reason: string): FabricError {
  return new FabricError(
    "FABRIC_CHECKPOINT_QUANTIZED",
    `\`${path}\` is quantised already: ${reason}. Begin with the float checkpoint; quantising twice adds up the errors.`,
  );
}
