// One weight into codes, in pieces of a few million elements: memory holds one piece and the codes of the tensor.
import {
  cat,
  type DType,
  FabricError,
  finfo,
  keep,
  linalgVectorNorm,
  noGrad,
  scope,
  type Tensor,
  tensorBytes,
} from "@fabric/torch";
import type { QuantType } from "../functional/arguments.js";
import { absmaxOf, nest } from "../functional/blockwise.js";
import { dequantize4bit, quantize4bit } from "../functional/four-bit.js";
import { getFourBitMap } from "../functional/maps.js";
import { QuantState } from "../functional/quant-state.js";
import { int8Rows, int8Values } from "./int8-rows.js";
import { ErrorSum } from "./layer-figures.js";
import type { SourceReader } from "./read-tensor.js";
import type { SourceTensor } from "./source.js";

/** Elements of a piece, a multiple of every block size. */
const PIECE = 2 ** 21;

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
  const { name, shape } = tensor;
  const { quantType, blocksize, nested, dtype } = options;
  const pieces = [...piecesOf(tensor.elements, PIECE)];
  const codes: Tensor[] = [];
  const scales: Tensor[] = [];
  try {
    for (const [start, count] of pieces) {
      scope(() => {
        const values = sourceValues(streams.reader.elements(tensor, start, count));
        const [packed, state] = quantize4bit(values, { quantType, blocksize });
        codes.push(keep(packed));
        scales.push(keep(state.absmax));
        streams.append(name, tensorBytes(packed));
      });
      streams.advance((count / tensor.elements) * tensor.nbytes * 0.5);
    }
    return scope(() => {
      const absmax = cat(scales);
      checkRange(tensor, absmax.amax().item(), dtype);
      const code = getFourBitMap(quantType);
      const fields = { shape, dtype, blocksize, quantType, code };
      const state = new QuantState({ ...fields, ...(nested ? nest(absmax) : { absmax }) });
      for (const [key, value] of Object.entries(state.stateDict({ packed: true })))
        streams.append(`${name}.${key}`, tensorBytes(value));
      return fourBitError(tensor, streams, pieces, codes, state);
    });
  } finally {
    for (const held of [...codes, ...scales]) held.dispose();
  }
}

/** Reads the weight again, since its scales were not known before. */
function fourBitError(
  tensor: SourceTensor,
  streams: Streams,
  pieces: readonly Piece[],
  codes: readonly Tensor[],
  state: QuantState,
): number {
  const absmax = absmaxOf(state);
  const { blocksize, dtype, quantType, code } = state;
  const error = new ErrorSum();
  pieces.forEach(([start, count], i) => {
    scope(() => {
      const first = start / blocksize;
      const own = absmax.narrow(0, first, Math.ceil(count / blocksize));
      const fields = { shape: [count], dtype, blocksize, quantType, code, absmax: own };
      const back = dequantize4bit(codes[i] as Tensor, new QuantState(fields));
      addError(error, tensor, streams.reader.elements(tensor, start, count), back);
    });
    streams.advance((count / tensor.elements) * tensor.nbytes * 0.5);
  });
  return error.relative;
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
      const [codes, scales] = noGrad(() => int8Rows(values.view([count, columns])));
      addError(error, tensor, values, int8Values(codes, scales).flatten());
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

type Piece = readonly [start: number, count: number];

function* piecesOf(length: number, step: number): Generator<Piece> {
  for (let start = 0; start < length; start += step) yield [start, Math.min(step, length - start)];
}

/** float64 goes through float32, everything else as it is: never through float16. */
function sourceValues(values: Tensor): Tensor {
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
