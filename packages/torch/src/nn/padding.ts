// Padding layers.

import { pad } from "../generated/functions.js";
import type { Tensor } from "../tensor.js";
import { checkNumber, checkSizes } from "./arguments.js";
import type { Size } from "./conv-base.js";
import { Module } from "./module.js";
import { describeOptions } from "./module-print.js";

type Mode = "constant" | "reflect" | "replicate" | "circular";

/** Base of the padding layers; not meant to be extended from outside. */
export abstract class PadBase extends Module {
  /** Before and after, last dimension first. */
  readonly padding: number[];
  private readonly mode: Mode;
  private readonly value: number | null;

  /** @internal */
  protected constructor(
    layer: string,
    dimensions: number,
    padding: Size,
    mode: Mode,
    value: number | null = null,
  ) {
    super();
    const smallest = mode === "constant" ? Number.MIN_SAFE_INTEGER : 0;
    this.padding = checkSizes(layer, "padding", padding, 2 * dimensions, smallest);
    this.mode = mode;
    this.value = value === null ? null : checkNumber(layer, "value", value);
  }

  override forward(input: Tensor): Tensor {
    return pad(input, this.padding, this.mode, this.value);
  }

  override extraRepr(): string {
    return describeOptions({ padding: this.padding });
  }
}

/** Surrounds the last 1 dimension with zeros; one size for all sides, or one each, last dimension first. */
export class ZeroPad1d extends PadBase {
  constructor(padding: Size) {
    super("ZeroPad1d", 1, padding, "constant");
  }
}

/** Surrounds the last 2 dimensions with zeros; one size for all sides, or one each, last dimension first. */
export class ZeroPad2d extends PadBase {
  constructor(padding: Size) {
    super("ZeroPad2d", 2, padding, "constant");
  }
}

/** Surrounds the last 3 dimensions with zeros; one size for all sides, or one each, last dimension first. */
export class ZeroPad3d extends PadBase {
  constructor(padding: Size) {
    super("ZeroPad3d", 3, padding, "constant");
  }
}

/** Surrounds the last 1 dimension with its reflection, the edge itself left out; one size for all sides, or one each, last dimension first. */
export class ReflectionPad1d extends PadBase {
  constructor(padding: Size) {
    super("ReflectionPad1d", 1, padding, "reflect");
  }
}

/** Surrounds the last 2 dimensions with its reflection, the edge itself left out; one size for all sides, or one each, last dimension first. */
export class ReflectionPad2d extends PadBase {
  constructor(padding: Size) {
    super("ReflectionPad2d", 2, padding, "reflect");
  }
}

/** Surrounds the last 3 dimensions with its reflection, the edge itself left out; one size for all sides, or one each, last dimension first. */
export class ReflectionPad3d extends PadBase {
  constructor(padding: Size) {
    super("ReflectionPad3d", 3, padding, "reflect");
  }
}

/** Surrounds the last 1 dimension with its edge repeated; one size for all sides, or one each, last dimension first. */
export class ReplicationPad1d extends PadBase {
  constructor(padding: Size) {
    super("ReplicationPad1d", 1, padding, "replicate");
  }
}

/** Surrounds the last 2 dimensions with its edge repeated; one size for all sides, or one each, last dimension first. */
export class ReplicationPad2d extends PadBase {
  constructor(padding: Size) {
    super("ReplicationPad2d", 2, padding, "replicate");
  }
}

/** Surrounds the last 3 dimensions with its edge repeated; one size for all sides, or one each, last dimension first. */
export class ReplicationPad3d extends PadBase {
  constructor(padding: Size) {
    super("ReplicationPad3d", 3, padding, "replicate");
  }
}

/** Surrounds the last 1 dimension with its other end; one size for all sides, or one each, last dimension first. */
export class CircularPad1d extends PadBase {
  constructor(padding: Size) {
    super("CircularPad1d", 1, padding, "circular");
  }
}

/** Surrounds the last 2 dimensions with its other end; one size for all sides, or one each, last dimension first. */
export class CircularPad2d extends PadBase {
  constructor(padding: Size) {
    super("CircularPad2d", 2, padding, "circular");
  }
}

/** Surrounds the last 3 dimensions with its other end; one size for all sides, or one each, last dimension first. */
export class CircularPad3d extends PadBase {
  constructor(padding: Size) {
    super("CircularPad3d", 3, padding, "circular");
  }
}

/** Surrounds the last 1 dimension with a number; one size for all sides, or one each, last dimension first. */
export class ConstantPad1d extends PadBase {
  constructor(padding: Size, value: number) {
    super("ConstantPad1d", 1, padding, "constant", value);
  }
}

/** Surrounds the last 2 dimensions with a number; one size for all sides, or one each, last dimension first. */
export class ConstantPad2d extends PadBase {
  constructor(padding: Size, value: number) {
    super("ConstantPad2d", 2, padding, "constant", value);
  }
}

/** Surrounds the last 3 dimensions with a number; one size for all sides, or one each, last dimension first. */
export class ConstantPad3d extends PadBase {
  constructor(padding: Size, value: number) {
    super("ConstantPad3d", 3, padding, "constant", value);
  }
}
