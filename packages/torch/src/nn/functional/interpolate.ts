// Resampling of images and sequences.

import { FabricError } from "../../errors.js";
import * as aten from "../../generated/functions.js";
import { ops } from "../../ops.js";
import type { Tensor } from "../../tensor.js";
import { argumentError, checkOptions } from "../arguments.js";

/** How values between samples are found. */
export type InterpolationMode =
  | "nearest"
  | "nearest-exact"
  | "linear"
  | "bilinear"
  | "bicubic"
  | "trilinear"
  | "area";

/** Options of {@link interpolate}: exactly one of `size` and `scaleFactor`. */
export interface InterpolateOptions {
  /** Size of the result, one number or one for each spatial dimension. */
  size?: number | readonly number[];
  /** Factor of the size, one number or one for each spatial dimension. */
  scaleFactor?: number | readonly number[];
  /** Default `"nearest"`. */
  mode?: InterpolationMode;
  /** Whether the corner samples of input and output coincide; only for the linear and cubic modes; default false. */
  alignCorners?: boolean;
}

type Vec = (input: Tensor, size: number[] | null, ...rest: unknown[]) => Tensor;

/**
 * Resamples `[B, C, L]`, `[B, C, H, W]` or `[B, C, D, H, W]` to another size.
 *
 * @throws FabricError `FABRIC_CONFIG_ARGUMENT` for a mode that does not fit the number of dimensions, or unless exactly
 * one of `size` and `scaleFactor` is given.
 */
export function interpolate(input: Tensor, options: InterpolateOptions): Tensor {
  checkOptions("interpolate", options, ["size", "scaleFactor", "mode", "alignCorners"]);
  const { mode = "nearest", alignCorners } = options;
  const spatial = input.ndim - 2;
  if ((options.size === undefined) === (options.scaleFactor === undefined)) {
    throw new FabricError(
      "FABRIC_CONFIG_ARGUMENT",
      "interpolate: expected exactly one of `size` and `scaleFactor`. Pass { size: [h, w] } or { scaleFactor: 2 }.",
    );
  }
  const size = perDimension("size", options.size, spatial);
  const scales = perDimension("scaleFactor", options.scaleFactor, spatial);
  if (mode === "nearest" || mode === "nearest-exact" || mode === "area") {
    if (alignCorners !== undefined)
      throw argumentError(
        "interpolate",
        "alignCorners",
        `nothing with mode "${mode}"`,
        alignCorners,
      );
    if (mode === "area") return area(input, size ?? scaled(input, scales as number[]));
    const nearest = mode === "nearest" ? nearestOperator(spatial) : nearestExactOperator(spatial);
    return nearest(input, size, scales);
  }
  return linearOperator(mode, spatial)(input, size, alignCorners ?? false, scales);
}

function nearestOperator(spatial: number): Vec {
  if (spatial === 1) return aten.upsampleNearest1d as unknown as Vec;
  if (spatial === 2) return aten.upsampleNearest2d as unknown as Vec;
  if (spatial === 3) return aten.upsampleNearest3d as unknown as Vec;
  throw rankError("nearest", spatial);
}

function nearestExactOperator(spatial: number): Vec {
  if (spatial < 1 || spatial > 3) throw rankError("nearest-exact", spatial);
  return ops.aten?.[`_upsample_nearest_exact${spatial}d`] as unknown as Vec;
}

function linearOperator(mode: InterpolationMode, spatial: number): Vec {
  if (mode === "linear" && spatial === 1) return aten.upsampleLinear1d as unknown as Vec;
  if (mode === "bilinear" && spatial === 2) return aten.upsampleBilinear2d as unknown as Vec;
  if (mode === "bicubic" && spatial === 2) return aten.upsampleBicubic2d as unknown as Vec;
  if (mode === "trilinear" && spatial === 3) return aten.upsampleTrilinear3d as unknown as Vec;
  throw rankError(mode, spatial);
}

function area(input: Tensor, size: number[]): Tensor {
  if (size.length === 1) return aten.adaptiveAvgPool1d(input, size);
  return size.length === 2
    ? aten.adaptiveAvgPool2d(input, size)
    : aten.adaptiveAvgPool3d(input, size);
}

function scaled(input: Tensor, scales: number[]): number[] {
  return scales.map((scale, i) => Math.floor((input.shape[i + 2] as number) * scale));
}

function perDimension(
  name: string,
  value: number | readonly number[] | undefined,
  spatial: number,
): number[] | null {
  if (value === undefined) return null;
  if (typeof value === "number") return new Array<number>(spatial).fill(value);
  if (Array.isArray(value) && value.length === spatial) return [...value];
  throw argumentError("interpolate", name, `a number or an array of ${spatial}`, value);
}

function rankError(mode: string, spatial: number): FabricError {
  return argumentError(
    "interpolate",
    "mode",
    `"linear" for [B, C, L], "bilinear" or "bicubic" for [B, C, H, W], "trilinear" for [B, C, D, H, W], or "nearest", "nearest-exact", "area"`,
    `${mode} for ${spatial + 2} dimensions`,
  );
}
