// One parameter of which each process holds some rows; the object that users see stays the same.

import { noGrad } from "../../contexts.js";
import { type DType, itemsize } from "../../dtype.js";
import { FabricError } from "../../errors.js";
import type { Parameter } from "../../nn/parameter.js";
import { swapContent } from "../../nn/swap-content.js";
import { scope } from "../../scope.js";
import type { Tensor } from "../../tensor.js";

/** The rows of a tensor that one process holds. */
export interface ShardRows {
  /** Shape of the whole. */
  readonly shape: readonly number[];
  /** First row: index in dimension 0. */
  readonly offset: number;
  /** Rows held; 0 where there are fewer rows than processes. */
  readonly length: number;
}

const sharded = new WeakMap<Tensor, ShardedParameter>();

/** What is known of a parameter's shard; undefined for one that is whole. @internal */
export function shardedParameter(parameter: Tensor): ShardedParameter | undefined {
  return sharded.get(parameter);
}

/** Which rows of the whole a parameter holds; null if it is not sharded. */
export function shardRows(parameter: Tensor): ShardRows | null {
  const found = sharded.get(parameter);
  return found === undefined
    ? null
    : { shape: found.shape, offset: found.offset, length: found.length };
}

/**
 * Rows are dealt in chunks of `ceil(rows / size)`: the last processes may hold fewer, or none. A scalar counts as one row, so that its shard
 * is of shape `[1]` or `[0]`. @internal
 */
export class ShardedParameter {
  readonly parameter: Parameter;
  readonly name: string;
  readonly shape: readonly number[];
  /** Elements in a row. */
  readonly rowSize: number;
  readonly rows: number;
  /** Rows of a process, the padding of the last ones included. */
  readonly chunk: number;
  readonly offset: number;
  readonly length: number;
  /** Dtype of the gathered parameter. */
  readonly gatherDtype: DType;
  readonly #size: number;

  constructor(
    parameter: Parameter,
    name: string,
    place: { readonly rank: number; readonly size: number },
    gatherDtype: DType,
  ) {
    const { shape } = parameter;
    this.parameter = parameter;
    this.name = name;
    this.shape = [...shape];
    this.rows = shape[0] ?? 1;
    this.rowSize = shape.slice(1).reduce((a, b) => a * b, 1);
    this.chunk = Math.ceil(this.rows / place.size);
    this.offset = Math.min(place.rank * this.chunk, this.rows);
    this.length = Math.min(this.chunk, this.rows - this.offset);
    this.gatherDtype = gatherDtype;
    this.#size = place.size;
  }

  /** Elements of a process, padding included. */
  get chunkElements(): number {
    return this.chunk * this.rowSize;
  }
  /** Bytes of a process while gathered. */
  get chunkBytes(): number {
    return this.chunkElements * itemsize(this.gatherDtype);
  }
  /** Bytes of all processes while gathered. */
  get fullBytes(): number {
    return this.chunkBytes * this.#size;
  }
  /** Shape of this process's shard. */
  get shardShape(): number[] {
    return [this.length, ...this.shape.slice(1)];
  }

  /** The rows of this process, of a tensor with the shape of the whole: a view. */
  rowsOf(whole: Tensor): Tensor {
    return whole.reshape([this.rows, ...this.shape.slice(1)]).narrow(0, this.offset, this.length);
  }

  /** Leaves only this process's rows in the parameter. On the meta device nothing is copied. */
  shard(): void {
    const { parameter } = this;
    if (parameter.grad !== null) {
      throw new FabricError(
        "FABRIC_USAGE_FSDP",
        `fullyShard: the parameter \`${this.name}\` has a gradient already. Call zeroGrad() first, or shard the module before training.`,
      );
    }
    noGrad(() =>
      scope(() => {
        const own = this.rowsOf(parameter.detach()).clone();
        swapContent(parameter, own);
      }),
    );
    sharded.set(parameter, this);
  }
}
