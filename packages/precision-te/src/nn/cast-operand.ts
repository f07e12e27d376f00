// Matrices as codes, in the two directions that products read them.
import type { Tensor } from "@fabric/torch";
import type { Codes } from "../engine/index.js";
import {
  type BlockScaling,
  castBlocksToFp8,
  castToFp8,
  currentScale,
  type Fp8Cast,
  type Fp8DType,
} from "../functional/index.js";
import { Float8BlockScaling, MXFP8BlockScaling, type Recipe } from "../recipes/index.js";
import type { Wanted } from "./weight-cache.js";

/** Codes of a matrix `[M, K]`. */
export interface Operand {
  /** `[M, K]`, for products that sum over K. */
  readonly rows: Codes | null;
  /** `[K, M]`, for products that sum over M. */
  readonly columns: Codes | null;
}

/** How a matrix is cast. */
export interface Casting {
  readonly recipe: Recipe;
  readonly dtype: Fp8DType;
  /** Scales of the module and the slot among them; null for recipes without a memory. */
  readonly delayed: { scale: Tensor; amaxHistory: Tensor | null; slot: number } | null;
  /** Whether it is a weight, whose blocks are square. */
  readonly isWeight: boolean;
  /** Whether transposes must be copies. */
  readonly copyTransposes: boolean;
  /** Which codes are wanted. */
  readonly rows: boolean;
  readonly columns: boolean;
}

/** Casts a matrix `[M, K]`. */
export function castOperand(x: Tensor, casting: Casting): Operand {
  const { dtype, delayed, rows, columns } = casting;
  if (!rows && !columns) return { rows: null, columns: null };
  const blocks = blocksOf(casting);
  if (blocks !== null) return castInBlocks(x, casting, blocks);
  const cast = castToFp8(x, {
    dtype,
    scale: delayed?.scale ?? scaleOf(x, casting),
    slot: delayed?.slot ?? 0,
    history: delayed?.amaxHistory ?? null,
    transpose: columns && casting.copyTransposes,
  });
  return operandOf(cast, casting);
}

/** The wanted directions of a matrix that was cast. */
export function operandOf({ codes, transposed, scaleInv }: Fp8Cast, wanted: Wanted): Operand {
  return {
    rows: wanted.rows ? { data: codes, scaleInv } : null,
    columns: wanted.columns ? { data: transposed ?? codes.t(), scaleInv } : null,
  };
}

function scaleOf(x: Tensor, { recipe, dtype }: Casting): Tensor {
  const { powerOfTwoScales: powerOfTwo = false, amaxEpsilon: epsilon = 0 } = recipe as {
    powerOfTwoScales?: boolean;
    amaxEpsilon?: number;
  };
  return currentScale(x, dtype, { powerOfTwo, epsilon });
}

interface Blocks {
  /** Numbers along the dimension that products sum over. */
  readonly length: number;
  /** Rows that share a scale. */
  readonly rows: number;
  readonly scaling: BlockScaling;
}

function blocksOf({ recipe, isWeight }: Casting): Blocks | null {
  if (recipe instanceof MXFP8BlockScaling) return { length: 32, rows: 1, scaling: "e8m0" };
  if (!(recipe instanceof Float8BlockScaling)) return null;
  const scaling = recipe.powerOfTwoScales ? "power_of_two" : "float32";
  return { length: 128, rows: isWeight ? 128 : 1, scaling };
}

/** Both directions are cast from the numbers themselves: their blocks differ. */
function castInBlocks(x: Tensor, casting: Casting, { length, rows, scaling }: Blocks): Operand {
  const cast = (matrix: Tensor): Codes => {
    const { codes, scaleInv } = castBlocksToFp8(matrix, {
      block: [rows, length],
      dtype: casting.dtype,
      scaling,
    });
    return { data: codes, scaleInv, block: [rows, length] };
  };
  return {
    rows: casting.rows ? cast(x) : null,
    columns: casting.columns ? cast(x.t()) : null,
  };
}
