// Quant states under bitsandbytes' keys. What a file says is checked before any of it is used.
import {
  type Device,
  type DType,
  describeValue,
  FabricError,
  isTensor,
  type Tensor,
  tensor,
  zeros,
} from "@fabric/torch";
import {
  BLOCKSIZES_4BIT,
  elementsOf,
  FLOAT_DTYPES,
  NESTED_BLOCKSIZE,
  type QuantType,
} from "./arguments.js";
import { createDynamicMap, fourBitValues, getFourBitMap, isAscending } from "./maps.js";
import { PythonFloat, pythonJson } from "./python-json.js";
import { QuantState, type QuantStateFields } from "./quant-state.js";

/** What stands before the 4-bit type in the key of the packed text. */
const PACKED = "quant_state.bitsandbytes__";
const TENSOR_KEYS = ["absmax", "quant_map", "nested_absmax", "nested_quant_map"] as const;
/** The text is a few members long; a longer one is no such text. */
const MAX_TEXT_BYTES = 1 << 16;
const MEMBERS = ["quant_type", "blocksize", "dtype", "shape"] as const;
const NESTED_MEMBERS = ["nested_blocksize", "nested_dtype", "nested_offset"] as const;

/** Suffixes of the keys that belong to a 4-bit weight, that of the text without its type. */
export const STATE_KEYS: readonly string[] = [...TENSOR_KEYS, PACKED];

/** The keys among `keys` that say what the codes under `prefix` mean; `prefix` ends in a dot. */
export function stateKeysOf(keys: Iterable<string>, prefix: string): string[] {
  return [...keys].filter((key) => {
    if (!key.startsWith(prefix)) return false;
    const rest = key.slice(prefix.length);
    return TENSOR_KEYS.some((name) => name === rest) || rest.startsWith(PACKED);
  });
}

/** @internal */
export function packState(state: QuantState, packed: boolean): Record<string, Tensor> {
  const { quantType, state2 } = state;
  if (quantType === null || !packed) {
    throw new FabricError(
      "FABRIC_UNSUPPORTED_QUANT_STATE",
      quantType === null
        ? "QuantState.stateDict: only states of 4-bit codes have a layout in files; keep the fields of an 8-bit state yourself."
        : "QuantState.stateDict: only the packed layout is written; pass { packed: true }.",
    );
  }
  const text = pythonJson({
    quant_type: quantType,
    blocksize: state.blocksize,
    dtype: state.dtype,
    shape: state.shape,
    ...(state2 === null
      ? {}
      : {
          nested_blocksize: state2.blocksize,
          nested_dtype: state2.dtype,
          nested_offset: new PythonFloat((state.offset as Tensor).item() as number),
        }),
  });
  return {
    absmax: state.absmax.detach(),
    quant_map: state.code.detach(),
    ...(state2 === null
      ? {}
      : { nested_absmax: state2.absmax.detach(), nested_quant_map: state2.code.detach() }),
    [`${PACKED}${quantType}`]: tensor(new TextEncoder().encode(text)),
  };
}

/** The fields that a record holds. @internal */
export function unpackState(record: Readonly<Record<string, Tensor>>): QuantStateFields {
  const entries = sortEntries(record);
  const members = readText(entries.text, entries.quantType);
  const { quantType } = entries;
  const { blocksize, dtype, shape } = members;
  const blocks = Math.ceil(elementsOf(shape) / blocksize);
  checkValues(entries.quant_map, fourBitValues(quantType), quantType);
  const absmax = required(entries, "absmax");
  const { nested } = members;
  checkTensor("absmax", absmax, nested === null ? "float32" : "uint8", blocks);
  const fields = { absmax, shape, dtype, blocksize, quantType, code: getFourBitMap(quantType) };
  if (nested === null) {
    for (const key of ["nested_absmax", "nested_quant_map"] as const)
      if (entries[key] !== undefined)
        throw refuse(`\`${key}\` is there, but the text says nothing of nested scales`);
    return fields;
  }
  const nestedAbsmax = required(entries, "nested_absmax");
  const nestedMap = required(entries, "nested_quant_map");
  checkTensor("nested_absmax", nestedAbsmax, "float32", Math.ceil(blocks / nested.blocksize));
  checkTensor("nested_quant_map", nestedMap, "float32", 256);
  checkAscending(nestedMap);
  const state2 = new QuantState({
    absmax: nestedAbsmax,
    shape: absmax.shape,
    dtype: nested.dtype,
    blocksize: nested.blocksize,
    quantType: null,
    code: nestedMap,
  });
  return { ...fields, offset: tensor(nested.offset, { dtype: "float32" }), state2 };
}

/** The state of blocks that are still to be loaded: all scales zero. */
export function emptyState(
  shape: readonly number[],
  dtype: DType,
  options: { blocksize: number; quantType: QuantType; compressStatistics: boolean },
  device: Device,
): QuantState {
  const { blocksize, quantType, compressStatistics } = options;
  const blocks = Math.ceil(elementsOf(shape) / blocksize);
  const fields = { shape, dtype, blocksize, quantType, code: getFourBitMap(quantType).to(device) };
  const room = (size: number, of: DType) => zeros([size], { dtype: of, device });
  if (!compressStatistics) return new QuantState({ ...fields, absmax: room(blocks, "float32") });
  const state2 = new QuantState({
    absmax: room(Math.ceil(blocks / NESTED_BLOCKSIZE), "float32"),
    shape: [blocks],
    dtype: "float32",
    blocksize: NESTED_BLOCKSIZE,
    quantType: null,
    code: createDynamicMap().to(device),
  });
  const offset = zeros([], { dtype: "float32", device });
  return new QuantState({ ...fields, absmax: room(blocks, "uint8"), offset, state2 });
}

interface Entries {
  readonly quantType: QuantType;
  readonly text: Tensor;
  absmax?: Tensor;
  quant_map?: Tensor;
  nested_absmax?: Tensor;
  nested_quant_map?: Tensor;
}

function sortEntries(record: Readonly<Record<string, Tensor>>): Entries {
  const found: Partial<Record<(typeof TENSOR_KEYS)[number], Tensor>> = {};
  let packed: { quantType: QuantType; text: Tensor } | null = null;
  for (const [key, value] of Object.entries(record)) {
    if (!isTensor(value)) throw refuse(`\`${key}\` is ${describeValue(value)}, not a tensor`);
    const at = key.indexOf(PACKED);
    if (at >= 0 && (at === 0 || key[at - 1] === ".")) {
      const quantType = key.slice(at + PACKED.length);
      if (packed !== null)
        throw refuse(`it holds two texts, \`${PACKED}${packed.quantType}\` and \`${key}\``);
      if (quantType !== "nf4" && quantType !== "fp4")
        throw refuse(`\`${key}\` names the type ${describeValue(quantType)}; expected nf4 or fp4`);
      packed = { quantType, text: value };
      continue;
    }
    const name = TENSOR_KEYS.find((known) => key === known || key.endsWith(`.${known}`));
    if (name === undefined)
      throw refuse(`\`${key}\` is not a key of it; expected ${STATE_KEYS.join(", ")}`);
    if (found[name] !== undefined) throw refuse(`it holds \`${name}\` twice`);
    found[name] = value;
  }
  if (packed === null) throw refuse(`a key \`${PACKED}nf4\` or \`${PACKED}fp4\` is missing`);
  return { ...packed, ...found };
}

interface Members {
  readonly blocksize: number;
  readonly dtype: DType;
  readonly shape: number[];
  readonly nested: { blocksize: number; dtype: DType; offset: number } | null;
}

function readText(text: Tensor, quantType: QuantType): Members {
  if (text.dtype !== "uint8" || text.numel() > MAX_TEXT_BYTES)
    throw refuse(
      `its text is ${describeValue(text)}; expected at most ${MAX_TEXT_BYTES} bytes of uint8`,
    );
  const value = parse(text);
  const keys = Object.keys(value);
  const nested = NESTED_MEMBERS.some((name) => name in value);
  const expected: readonly string[] = nested ? [...MEMBERS, ...NESTED_MEMBERS] : MEMBERS;
  for (const key of keys)
    if (!expected.includes(key)) throw refuse(`its text has an unknown member \`${key}\``);
  for (const key of expected)
    if (!(key in value)) throw refuse(`its text lacks the member \`${key}\``);
  if (value["quant_type"] !== quantType)
    throw refuse(
      `its text says the type is ${describeValue(value["quant_type"])}, its key \`${quantType}\``,
    );
  const blocksize = value["blocksize"] as number;
  if (!BLOCKSIZES_4BIT.some((size) => size === blocksize))
    throw refuse(
      `\`blocksize\` is ${describeValue(blocksize)}; expected one of ${BLOCKSIZES_4BIT.join(", ")}`,
    );
  return {
    blocksize,
    dtype: dtypeMember("dtype", value["dtype"]),
    shape: shapeMember(value["shape"]),
    nested: nested ? nestedMembers(value) : null,
  };
}

function parse(text: Tensor): Record<string, unknown> {
  try {
    const bytes = text.detach().cpu().contiguous().toTypedArray() as Uint8Array;
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw refuse("its text is not a JSON object in UTF-8");
}

function nestedMembers(value: Record<string, unknown>): NonNullable<Members["nested"]> {
  const blocksize = value["nested_blocksize"];
  const offset = value["nested_offset"];
  if (typeof blocksize !== "number" || !Number.isSafeInteger(blocksize) || blocksize < 1)
    throw refuse(
      `\`nested_blocksize\` is ${describeValue(blocksize)}; expected a positive integer`,
    );
  if (typeof offset !== "number" || !Number.isFinite(offset))
    throw refuse(`\`nested_offset\` is ${describeValue(offset)}; expected a finite number`);
  return { blocksize, dtype: dtypeMember("nested_dtype", value["nested_dtype"]), offset };
}

function dtypeMember(name: string, value: unknown): DType {
  if (FLOAT_DTYPES.some((dtype) => dtype === value)) return value as DType;
  throw refuse(
    `\`${name}\` is ${describeValue(value)}; expected one of ${FLOAT_DTYPES.join(", ")}`,
  );
}

function shapeMember(value: unknown): number[] {
  const isSize = (size: unknown) =>
    typeof size === "number" && Number.isSafeInteger(size) && size >= 0;
  if (
    Array.isArray(value) &&
    value.length <= 64 &&
    value.every(isSize) &&
    Number.isSafeInteger(elementsOf(value as number[]))
  )
    return value as number[];
  throw refuse(`\`shape\` is ${JSON.stringify(value)?.slice(0, 80)}; expected an array of sizes`);
}

function required(entries: Entries, name: (typeof TENSOR_KEYS)[number]): Tensor {
  const value = entries[name];
  if (value === undefined) throw refuse(`\`${name}\` is missing`);
  return value;
}

function checkTensor(name: string, value: Tensor, dtype: DType, size: number): void {
  if (value.dtype === dtype && value.ndim === 1 && value.numel() === size) return;
  throw refuse(`\`${name}\` is ${describeValue(value)}; expected ${dtype} of [${size}]`);
}

/** The kernels use their own table; a file with another one means something else. */
function checkValues(map: Tensor | undefined, values: Float32Array, quantType: QuantType): void {
  if (map === undefined) throw refuse("`quant_map` is missing");
  checkTensor("quant_map", map, "float32", values.length);
  if (map.device === "meta") return;
  const found = map.detach().cpu().contiguous().toTypedArray() as Float32Array;
  // Numerically: minus zero is zero.
  if (!found.every((value, i) => value === values[i]))
    throw refuse(`\`quant_map\` is not the table of ${quantType}`);
}

function checkAscending(map: Tensor): void {
  if (map.device === "meta") return;
  if (!isAscending(map))
    throw refuse("`nested_quant_map` is not an ascending table of finite values");
}

function refuse(reason: string): FabricError {
  return new FabricError(
    "FABRIC_CHECKPOINT_QUANT_STATE",
    `This is not the quantisation state of a 4-bit weight: ${reason}. Load a checkpoint that bitsandbytes, transformers or this package wrote, unchanged.`,
  );
}
