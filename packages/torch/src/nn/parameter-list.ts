// ParameterList: an array of parameters with a place in the module tree.

import { isTensor, type Tensor } from "../tensor.js";
import { argumentError } from "./arguments.js";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";

/** Holds parameters under the names `0`, `1`, ...; plain tensors become parameters. It has no `forward`. */
export class ParameterList extends Module {
  /** The parameters by position. */
  [index: number]: Parameter;

  /** How many parameters there are. */
  length = 0;

  constructor(parameters: Iterable<Tensor> = []) {
    super();
    for (const parameter of parameters) this.append(parameter);
  }

  /** Adds a parameter at the end. */
  append(parameter: Tensor): this {
    if (!isTensor(parameter))
      throw argumentError("ParameterList", String(this.length), "a Parameter or Tensor", parameter);
    this[this.length++] = parameter instanceof Parameter ? parameter : new Parameter(parameter);
    return this;
  }

  /** The parameter at a position; negative counts from the end. */
  at(index: number): Parameter | undefined {
    return this[index < 0 ? index + this.length : index];
  }

  /** The parameters in order. */
  *[Symbol.iterator](): IterableIterator<Parameter> {
    for (let i = 0; i < this.length; i++) yield this[i] as Parameter;
  }
}
