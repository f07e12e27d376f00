// One weight into codes, in pieces of a quarter million elements: memory holds one piece and the scales of the tensor.
import {
  type DType,
  empty,
  FabricError,
  finfo,
  linalgVectorNorm,
  scope,
  type Tensor,
  tensorBytes,
} from "@fabric/torch";
import type { QuantType } from "../functional/arguments.js";
import { absmaxOf, nest } from "../functional/blockwise.js";
import { dequantize4bit, quantize4bit } from "../functional/four-bit.js";
import { int8VectorwiseDequant, int8VectorwiseQuant } from "../functional/int8.js";
import { getFourBitMap } from "../functional/maps.js";
import { QuantState } from "../functional/quant-state.js";
import { ErrorSum } from "./layer-figures.js";
import type { SourceReader } from "./read-tensor.js";
import type { SourceTensor } from "./source.js";

/** Elements of a piece, a multiple of every block size; larger ones are no faster. */
const PIECE = 2 ** 18;

/** Where bytes come from and go to. */
export interface Streams {
  readonly reader: SourceReader;
  /** Takes the next bytes of an entry. */
  append(key: string, bytes: Uint8Array): void;
  /** Called with the bytes of the source that are done, which add up to the tensor's. */
  advance(bytes: number): void;
}

/** What 4-bit codes are made with. */
export interface FourBitOptions {
  readonly quantType: QuantType;
  readonly blocksize: number;
  /** Whether the scales are quantised too, which needs all of them. */
  readonly nested: boolean;
  /** Dtype that the state records. */
  readonly dtype: DType;
}

/** Writes codes and state; returns the relative RMS error. @throws FabricError `FABRIC_CHECKPOINT_VALUES` for values that cannot be held. */
export function quantize4bitWeight(
  tensor: SourceTensor,
  streams: Streams,
  options: FourBitOptions,
): number {
  const { name, shape, elements, nbytes } = tensor;
  const { quantType, blocksize, nested, dtype } = options;
  const options4bit = { quantType, blocksize };
  const blocksOf = (scales: Tensor, start: number, count: number): Tensor =>
    scales.narrow(0, start / blocksize, Math.ceil(count / blocksize));
  const valuesOf = (packed: Tensor, absmax: Tensor, count: number): Tensor => {
    const code = getFourBitMap(quantType);
    return dequantize4bit(
      packed,
      new QuantState({ shape: [count], dtype, blocksize, quantType, code, absmax }),
    );
  };
  const error = new ErrorSum();
  const passes = nested ? 2 : 1;
  const advance = (count: number): void => streams.advance(((count / elements) * nbytes) / passes);
  return scope(() => {
    const absmax = empty([Math.ceil(elements / blocksize)], { dtype: "float32" });
    for (const [start, count] of piecesOf(elements, PIECE)) {
      scope(() => {
        const source = streams.reader.elements(tensor, start, count);
        const [packed, { absmax: scales }] = quantize4bit(float32At64(source), options4bit);
        blocksOf(absmax, start, count).copy_(scales);
        streams.append(name, tensorBytes(packed));
        if (!nested) addError(error, tensor, source, valuesOf(packed, scales, count));
      });
      advance(count);
    }
    checkRange(tensor, absmax.amax().item(), dtype);
    const code = getFourBitMap(quantType);
    const fields = { shape, dtype, blocksize, quantType, code };
    const state = new QuantState({ ...fields, ...(nested ? nest(absmax) : { absmax }) });
    for (const [key, value] of Object.entries(state.stateDict({ packed: true })))
      streams.append(`${name}.${key}`, tensorBytes(value));
    if (!nested) return error.relative;
    // What quantised scales do to the values is known only now: the codes are computed again rather than held.
    absmax.copy_(absmaxOf(state));
    for (const [start, count] of piecesOf(elements, PIECE)) {
      scope(() => {
        const source = streams.reader.elements(tensor, start, count);
        const [packed] = quantize4bit(float32At64(source), options4bit);
        addError(error, tensor, source, valuesOf(packed, blocksOf(absmax, start, count), count));
      });
      advance(count);
    }
    return error.relative;
  });
}

/** Writes int8 codes by rows, their scales and their format; returns the relative RMS error. @throws FabricError `FABRIC_CHECKPOINT_VALUES`. */
export function quantizeInt8Weight(tensor: SourceTensor, streams: Streams): number {
  const { name, shape, elements, nbytes } = tensor;
  const [rows, columns] = shape as [number, number];
  const prefix = name.slice(0, -"weight".length);
  const error = new ErrorSum();
  for (const [start, count] of piecesOf(rows, Math.max(1, Math.floor(PIECE / columns)))) {
    scope(() => {
      const values = streams.reader.elements(tensor, start * columns, count * columns);
      const [codes, scales] = int8VectorwiseQuant(values.view([count, columns]));
      addError(error, tensor, values, int8VectorwiseDequant(codes, scales).flatten());
      streams.append(name, tensorBytes(codes));
      streams.append(`${prefix}SCB`, tensorBytes(scales));
    });
    streams.advance(((count * columns) / elements) * nbytes);
  }
  streams.append(`${prefix}weight_format`, new Uint8Array([0]));
  return error.relative;
}

/** Copies a tensor, cast to `dtype`. @throws FabricError `FABRIC_CHECKPOINT_VALUES` for values beyond it. */
export function copyTensor(tensor: SourceTensor, streams: Streams, dtype: DType): void {
  const { name, elements, nbytes } = tensor;
  const width = elements === 0 ? 1 : nbytes / elements;
  for (const [start, count] of piecesOf(elements, PIECE)) {
    if (dtype === tensor.dtype) {
      streams.append(name, streams.reader.bytes(tensor, start * width, count * width));
    } else {
      scope(() => {
        const values = streams.reader.elements(tensor, start, count);
        const cast = values.to(dtype);
        // A value that was infinite before may stay so.
        if (!cast.isfinite().eq(values.isfinite()).all().item<boolean>())
          checkRange(tensor, values.double().abs().nanToNum(0, 0, 0).amax().item(), dtype);
        streams.append(name, tensorBytes(cast));
      });
    }
    streams.advance(count * width);
  }
}

function* piecesOf(length: number, step: number): Generator<[start: number, count: number]> {
  for (let start = 0; start < length; start += step) yield [start, Math.min(step, length - start)];
}

/** float64 goes through float32, everything else as it is: never through float16. */
function float32At64(values: Tensor): Tensor {
  return values.dtype === "float64" ? values.float() : values;
}

function addError(error: ErrorSum, tensor: SourceTensor, source: Tensor, back: Tensor): void {
  const norm = (values: Tensor): number =>
    linalgVectorNorm(values, { dtype: "float64" }).item<number>();
  const before = source.float();
  const weight = norm(before);
  if (!Number.isFinite(weight)) throw notFinite(tensor);
  error.add(norm(back.float().sub(before)), weight);
}

function checkRange(tensor: SourceTensor, largest: number, dtype: DType): void {
  if (largest === Number.POSITIVE_INFINITY) throw notFinite(tensor);
  const { max } = finfo(dtype);
  if (!(largest > max)) return;
  throw new FabricError(
    "FABRIC_CHECKPOINT_VALUES",
    `\`${tensor.name}\` of \`${tensor.file.path}\` holds ${largest.toPrecision(6)}, but ${dtype} ends at ${max}. Take --dtype bfloat16, or leave --dtype away.`,
  );
}

function notFinite({ name, file }: SourceTensor): FabricError {
  return new FabricError(
    "FABRIC_CHECKPOINT_VALUES",
    `\`${name}\` of \`${file.path}\` holds NaN or infinity, which would spoil every value that shares its scale. Repair the checkpoint, or keep the layer as it is with --ignore.`,
  );
}
