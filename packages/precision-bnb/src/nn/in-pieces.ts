// Large weights into codes, piece by piece: what is computed on the way takes the memory of a piece, not of the weight.
import { type DType, empty, itemsize, scope, type Tensor } from "@fabric/torch";
import { absmaxOf, nest } from "../functional/blockwise.js";
import { codesAndScales, dequantize4bit, quantize4bit } from "../functional/four-bit.js";
import { int8VectorwiseDequant, int8VectorwiseQuant } from "../functional/int8.js";
import { getFourBitMap } from "../functional/maps.js";
import { QuantState } from "../functional/quant-state.js";
import type { Params4bitOptions } from "./params4bit.js";

/** Elements of a piece, a multiple of every block size. Larger ones are no faster, and leave larger gaps in the heap. */
const PIECE = 2 ** 18;

/** What a quantisation lost. */
export interface QuantizationError {
  /** Root mean square of the differences. */
  readonly rms: number;
  /** That, over the root mean square of the weight. */
  readonly relative: number;
}

/** Codes and what they mean. */
export type Packed4bit = [packed: Tensor, state: QuantState];

/**
 * As `quantize4bit(weight.to(dtype), options)`, bit for bit.
 *
 * @param room - codes and state of the same sizes that are overwritten and returned, so that nothing that lasts is allocated between what does
 * not; null for new memory.
 */
export function quantize4bitInPieces(
  weight: Tensor,
  dtype: DType,
  options: Required<Params4bitOptions>,
  room: Packed4bit | null,
): Packed4bit {
  const elements = weight.numel();
  if (elements <= PIECE && room === null) return quantize4bit(weight.to(dtype), options);
  const { blocksize, quantType, quantStorage, compressStatistics } = options;
  const { device, shape } = weight;
  const width = itemsize(quantStorage);
  const items = Math.ceil(elements / 2 / width);
  const packed = room?.[0] ?? empty([items, 1], { dtype: quantStorage, device });
  const absmax = empty([Math.ceil(elements / blocksize)], { dtype: "float32", device });
  const flat = weight.reshape([-1]);
  for (const [start, count] of piecesOf(elements, PIECE)) {
    scope(() => {
      const values = flat.narrow(0, start, count).to(dtype);
      const [codes, scales] = codesAndScales(values, blocksize, quantType, quantStorage);
      // As bytes: what they are stored as may be a float dtype, whose copy could change a NaN.
      bytesOf(packed.narrow(0, start / 2 / width, codes.shape[0] as number)).copy_(bytesOf(codes));
      absmax.narrow(0, start / blocksize, scales.numel()).copy_(scales);
    });
  }
  const code = getFourBitMap(quantType).to(device);
  const scales = compressStatistics ? nest(absmax) : { absmax };
  const state = new QuantState({ shape, dtype, blocksize, quantType, code, ...scales });
  return [packed, room === null ? state : filled(room[1], state)];
}

/** `room` with the values of `state`. */
function filled(room: QuantState, state: QuantState): QuantState {
  room.absmax.copy_(state.absmax);
  if (state.offset !== null) room.offset?.copy_(state.offset);
  const state2 =
    room.state2 === null || state.state2 === null ? null : filled(room.state2, state.state2);
  return new QuantState({ ...room, dtype: state.dtype, state2 });
}

/** Codes by rows and their scales. */
export type Int8Codes = [codes: Tensor, scales: Tensor];

/** As `int8VectorwiseQuant(weight, { roundHalf: true })` of a matrix, bit for bit. @param room - as in {@link quantize4bitInPieces}. */
export function quantizeInt8InPieces(weight: Tensor, room: Int8Codes | null): Int8Codes {
  const [rows, columns] = weight.shape as [number, number];
  if (weight.numel() <= PIECE && room === null) {
    const [codes, scales] = int8VectorwiseQuant(weight, { roundHalf: true });
    return [codes, scales];
  }
  const { device } = weight;
  const codes = room?.[0] ?? empty([rows, columns], { dtype: "int8", device });
  const scales = room?.[1] ?? empty([rows], { dtype: "float32", device });
  for (const [start, count] of piecesOf(rows, rowsOfPiece(columns))) {
    scope(() => {
      const [q, s] = int8VectorwiseQuant(weight.narrow(0, start, count), { roundHalf: true });
      codes.narrow(0, start, count).copy_(q);
      scales.narrow(0, start, count).copy_(s);
    });
  }
  return [codes, scales];
}

/** Whether all values stay finite in `dtype`, apart from those that are not finite before. */
export function fitsIn(weight: Tensor, dtype: DType): boolean {
  const flat = weight.reshape([-1]);
  for (const [start, count] of piecesOf(flat.numel(), PIECE)) {
    const fits = scope(() => {
      const values = flat.narrow(0, start, count);
      const narrow = values.to(dtype);
      const [least, most] = narrow.aminmax();
      if (Number.isFinite(least.item()) && Number.isFinite(most.item())) return true;
      return narrow.isfinite().eq(values.isfinite()).all().item<boolean>();
    });
    if (!fits) return false;
  }
  return true;
}

/** What 4-bit codes lost of a weight. */
export function errorOf4bit(weight: Tensor, packed: Tensor, state: QuantState): QuantizationError {
  const { blocksize, dtype, quantType, code } = state;
  const flat = weight.reshape([-1]);
  const bytes = bytesOf(packed).reshape([-1]);
  const absmax = absmaxOf(state);
  return errorOf(flat, PIECE, (start, count) => {
    const scales = absmax.narrow(0, start / blocksize, Math.ceil(count / blocksize));
    const fields = { shape: [count], dtype, blocksize, quantType, code, absmax: scales };
    return dequantize4bit(bytes.narrow(0, start / 2, Math.ceil(count / 2)), new QuantState(fields));
  });
}

/** What 8-bit codes by rows lost of a weight. */
export function errorOfInt8(weight: Tensor, codes: Tensor, scales: Tensor): QuantizationError {
  return errorOf(weight, rowsOfPiece(weight.shape[1] as number), (start, count) =>
    int8VectorwiseDequant(codes.narrow(0, start, count), scales.narrow(0, start, count)),
  );
}

/** @param back - the values of the codes of a range of the first dimension. */
function errorOf(
  weight: Tensor,
  step: number,
  back: (start: number, count: number) => Tensor,
): QuantizationError {
  let off = 0;
  let size = 0;
  for (const [start, count] of piecesOf(weight.shape[0] as number, step)) {
    scope(() => {
      const exact = weight.narrow(0, start, count).float();
      off += sumOfSquares(back(start, count).float().sub(exact));
      size += sumOfSquares(exact);
    });
  }
  const elements = Math.max(1, weight.numel());
  const rms = Math.sqrt(off / elements);
  return { rms, relative: size === 0 ? 0 : rms / Math.sqrt(size / elements) };
}

function sumOfSquares(values: Tensor): number {
  return values.square().sum({ dtype: "float64" }).item<number>();
}

function bytesOf(codes: Tensor): Tensor {
  return codes.view("uint8");
}

function rowsOfPiece(columns: number): number {
  return Math.max(1, Math.floor(PIECE / Math.max(1, columns)));
}

function* piecesOf(length: number, step: number): Generator<[start: number, count: number]> {
  for (let start = 0; start < length; start += step) yield [start, Math.min(step, length - start)];
}
