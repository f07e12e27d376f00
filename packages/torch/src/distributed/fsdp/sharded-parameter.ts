// One parameter of which each process holds some rows; the object that users see stays the same.

import { noGrad } from "../../contexts.js";
import { type DType, itemsize } from "../../dtype.js";
import { FabricError } from "../../errors.js";
import type { Parameter } from "../../nn/parameter.js";
import { noteShardRows, rowsOf, type ShardRows, shapeOfRows } from "../../nn/shard-rows.js";
import { swapContent } from "../../nn/swap-content.js";
import { scope } from "../../scope.js";
import type { Tensor } from "../../tensor.js";
import type { ShardGroup } from "./group.js";

const sharded = new WeakMap<Tensor, ShardedParameter>();

/** What is known of a parameter's shard; undefined for one that is whole. @internal */
export function shardedParameter(parameter: Tensor): ShardedParameter | undefined {
  return sharded.get(parameter);
}

/**
 * Rows are dealt in chunks of `ceil(rows / size)`: the last processes may hold fewer, or none. A scalar counts as one row, so that its shard
 * is of shape `[1]` or `[0]`. @internal
 */
export class ShardedParameter implements ShardRows {
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
  /** The processes that share it. */
  readonly group: ShardGroup;

  constructor(parameter: Parameter, name: string, group: ShardGroup, gatherDtype: DType) {
    const { shape } = parameter;
    this.parameter = parameter;
    this.name = name;
    this.shape = [...shape];
    this.rows = shape[0] ?? 1;
    this.rowSize = shape.slice(1).reduce((a, b) => a * b, 1);
    this.chunk = Math.ceil(this.rows / group.size);
    this.offset = Math.min(group.rank * this.chunk, this.rows);
    this.length = Math.min(this.chunk, this.rows - this.offset);
    this.gatherDtype = gatherDtype;
    this.group = group;
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
    return this.chunkBytes * this.group.size;
  }
  /** Shape of this process's shard. */
  get shardShape(): number[] {
    return shapeOfRows(this);
  }

  /** The rows of this process, of a tensor with the shape of the whole: a view. */
  rowsOf(whole: Tensor): Tensor {
    return rowsOf(whole, this);
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
    noteShardRows(parameter, this);
  }
}
