// Gathering a unit: the shards of all its parameters travel as one row of bytes.

import { noGrad } from "../../contexts.js";
import { empty } from "../../creation.js";
import { keep, scope } from "../../scope.js";
import type { Tensor } from "../../tensor.js";
import type { FullParameter } from "./full-storage.js";
import type { Pending, ShardGroup } from "./group.js";
import type { ShardedParameter } from "./sharded-parameter.js";

/** Boundaries at which any dtype may be viewed. */
const ALIGNMENT = 16;

/** A unit's parameters on their way. @internal */
export class Gathering {
  readonly #row: Tensor;
  readonly #rows: Tensor;
  readonly #work: Pending;
  readonly #offsets: readonly number[];

  /** Starts the exchange; casts the shards to the dtype in which they are gathered. */
  constructor(parameters: readonly ShardedParameter[], group: ShardGroup) {
    let end = 0;
    this.#offsets = parameters.map((one) => {
      const offset = end;
      end += Math.ceil(one.chunkBytes / ALIGNMENT) * ALIGNMENT;
      return offset;
    });
    const device = (parameters[0] as ShardedParameter).parameter.device;
    const [row, rows] = noGrad(() =>
      scope(() => {
        const own = empty([end], { dtype: "uint8", device });
        parameters.forEach((one, i) => {
          if (one.length === 0) return;
          own
            .narrow(0, this.#offsets[i] as number, one.chunkBytes)
            .view(one.gatherDtype)
            .narrow(0, 0, one.length * one.rowSize)
            .view(one.shardShape)
            .copy_(one.parameter);
        });
        return [keep(own), keep(empty([group.size, end], { dtype: "uint8", device }))] as const;
      }),
    );
    this.#row = row;
    this.#rows = rows;
    this.#work = noGrad(() => group.allGather(rows, row));
  }

  /** Waits, then lays every parameter out in its place. */
  finish(parameters: readonly ShardedParameter[], full: readonly FullParameter[]): void {
    this.#work.wait();
    noGrad(() =>
      scope(() => {
        parameters.forEach((one, i) => {
          if (one.chunkBytes === 0) return;
          const target = (full[i] as FullParameter).bytes;
          target.copy_(this.#rows.narrow(1, this.#offsets[i] as number, one.chunkBytes));
        });
      }),
    );
    this.#free();
  }

  /** Waits, and forgets what came. */
  drop(): void {
    this.#work.wait();
    this.#free();
  }

  #free(): void {
    this.#row.dispose();
    this.#rows.dispose();
  }
}
