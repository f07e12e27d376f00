// What codes stand for: the 16 values of NF4 and FP4, and the 256 of the dynamic maps.
import { checkOptions, type Tensor, tensor } from "@fabric/torch";
import { checkBoolean, checkQuantType, type QuantType } from "./arguments.js";
import { SIGNED_MAP, UNSIGNED_MAP } from "./dynamic-map-data.js";

const NF4 = [
  -1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635,
  -0.18477343022823334, -0.09105003625154495, 0.0, 0.07958029955625534, 0.16093020141124725,
  0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941,
  0.7229568362236023, 1.0,
];
/** In twelfths. */
const FP4_MAGNITUDES = [0, 0.0625, 8, 12, 4, 6, 2, 3];
const FP4 = [1, -1].flatMap((sign) => FP4_MAGNITUDES.map((value) => (value * sign) / 12 + 0));

const TABLES: Readonly<Record<QuantType, Float32Array>> = {
  nf4: Float32Array.from(NF4),
  fp4: Float32Array.from(FP4),
};

/**
 * The 16 values of a 4-bit type by code, float32 `[16]`: NF4 (Dettmers et al. 2023, "QLoRA") ascending, FP4 by bits, sign first.
 *
 * @throws FabricError `FABRIC_CONFIG_QUANT_TYPE` for another type.
 */
export function getFourBitMap(quantType: QuantType): Tensor {
  return tensor(fourBitValues(quantType));
}

/** The same as numbers. @internal */
export function fourBitValues(quantType: QuantType): Float32Array {
  return TABLES[checkQuantType(quantType)];
}

/** Whether a table can be searched: finite values, none below the one before. Reads it, so it waits for the device. @internal */
export function isAscending(map: Tensor): boolean {
  const values = map.detach().cpu().contiguous().toTypedArray() as Float32Array;
  return values.every(
    (value, i) => Number.isFinite(value) && (i === 0 || value >= (values[i - 1] as number)),
  );
}

/** Options of {@link createDynamicMap}. */
export interface DynamicMapOptions {
  /** Values of both signs (default) or from 0 to 1 only. */
  signed?: boolean;
}

/**
 * The 256 values of a dynamic 8-bit data type, ascending, float32 `[256]` (Dettmers et al. 2022, "8-bit Optimizers via Block-wise
 * Quantization"): relative precision over seven decades.
 *
 * @throws FabricError `FABRIC_CONFIG_OPTION`, `FABRIC_CONFIG_ARGUMENT`.
 */
export function createDynamicMap(options: DynamicMapOptions = {}): Tensor {
  checkOptions("createDynamicMap", options, ["signed"]);
  const signed = checkBoolean("createDynamicMap", "signed", options.signed ?? true);
  const bytes = Buffer.from(signed ? SIGNED_MAP : UNSIGNED_MAP, "base64");
  const values = new Float32Array(256);
  for (let i = 0; i < 256; i++) values[i] = bytes.readFloatLE(4 * i);
  return tensor(values);
}
