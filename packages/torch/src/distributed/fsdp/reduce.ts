// Averaging the gradients of a unit: every process gets the rows of its shards.

import { noGrad } from "../../contexts.js";
import { empty, zeros } from "../../creation.js";
import type { DType } from "../../dtype.js";
import { keep, scope } from "../../scope.js";
import { gradOf, type Tensor } from "../../tensor.js";
import type { FullParameter } from "./full-storage.js";
import type { Pending, ShardGroup } from "./group.js";
import type { ShardedParameter } from "./sharded-parameter.js";

/** A trainable parameter with its gathered leaf. */
export interface Trained {
  readonly sharded: ShardedParameter;
  readonly full: FullParameter;
}

/**
 * The gradients of a unit on their way. A row of the exchange is the rows of all gradients for one process, then a number for each
 * parameter that tells whether the sender has a gradient: one that no process has stays null, as in a single process. @internal
 */
export class Reduction {
  readonly #parameters: readonly Trained[];
  readonly #present: readonly boolean[];
  readonly #input: Tensor;
  readonly #output: Tensor;
  readonly #work: Pending;

  /** Starts the exchange and drops the gradients of the gathered leaves. */
  constructor(parameters: readonly Trained[], group: ShardGroup, dtype: DType) {
    this.#parameters = parameters;
    const present: boolean[] = [];
    this.#input = noGrad(() =>
      scope(() => {
        const width = parameters.reduce((sum, { sharded }) => sum + sharded.chunkElements, 0);
        const device = (parameters[0] as Trained).full.leaf.device;
        const input = zeros([group.size, width + parameters.length], { dtype, device });
        let offset = 0;
        parameters.forEach(({ sharded, full }, i) => {
          const gradient = gradOf(full.leaf);
          present.push(gradient !== null);
          if (gradient !== null) {
            const columns = input.narrow(1, offset, sharded.chunkElements);
            scatterRows(columns, gradient, sharded);
            input.select(1, width + i).fill_(1);
          }
          offset += sharded.chunkElements;
        });
        return keep(input);
      }),
    );
    this.#present = present;
    for (const { full } of parameters) full.leaf.grad = null;
    this.#output = noGrad(() =>
      keep(empty([this.#input.size(1)], { dtype, device: this.#input.device })),
    );
    this.#work = noGrad(() => group.reduceScatter(this.#output, this.#input));
  }

  /** Waits, then adds the averaged rows to the gradients of the shards. */
  finish(): void {
    this.#work.wait();
    noGrad(() =>
      scope(() => {
        const row = this.#output;
        const width = row.numel() - this.#parameters.length;
        let offset = 0;
        this.#parameters.forEach(({ sharded }, i) => {
          const elements = sharded.length * sharded.rowSize;
          const rows = row.narrow(0, offset, elements).view(sharded.shardShape);
          offset += sharded.chunkElements;
          // Only a gradient that is missing here can be missing everywhere.
          if (!this.#present[i] && row.select(0, width + i).item() === 0) return;
          accumulate(sharded.parameter, rows);
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
    this.#input.dispose();
    this.#output.dispose();
  }
}

/** Lays the rows of a gradient out by process: `columns` is `[processes, elements of a process]`. */
function scatterRows(columns: Tensor, gradient: Tensor, sharded: ShardedParameter): void {
  const { chunk, rows, rowSize, chunkElements } = sharded;
  if (chunkElements === 0) return;
  const whole = Math.floor(rows / chunk);
  const rest = rows - whole * chunk;
  const flat = gradient.reshape([-1]);
  if (whole > 0)
    columns
      .narrow(0, 0, whole)
      .copy_(flat.narrow(0, 0, whole * chunkElements).view([whole, chunkElements]));
  if (rest > 0)
    columns
      .select(0, whole)
      .narrow(0, 0, rest * rowSize)
      .copy_(flat.narrow(0, whole * chunkElements, rest * rowSize));
}

function accumulate(parameter: Tensor, rows: Tensor): void {
  const own = gradOf(parameter);
  if (own !== null) own.add_(rows);
  // A copy: a view would keep the gradients of the whole unit in memory.
  else parameter.grad = rows.to({ dtype: parameter.dtype, copy: true });
}
