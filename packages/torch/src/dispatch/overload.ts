// One overload of an operator: its parameters, its native function, and how its results come back.
import type { NativeFunction, SchemaInfo } from "../binding.js";
import { deviceName } from "../device.js";
import { dtypeName } from "../dtype.js";
import { runtime } from "../runtime.js";
import { makeTensor } from "../tensor.js";
import { ruleOf, type TypeRule } from "./kinds.js";
import { camelCase } from "./names.js";

/** One parameter, in schema order. */
export interface Param {
  name: string;
  rule: TypeRule;
  /** The schema's type as printed. */
  type: string;
  optional: boolean;
  hasDefault: boolean;
  kwargOnly: boolean;
  isOut: boolean;
  size: number | null;
}

/** Turns the native result into what the caller gets; `args` are the JS values in schema order. */
export type ReturnPlan = (result: unknown, args: readonly unknown[]) => unknown;

/** An overload, bound on first use. */
export class Overload {
  readonly name: string;
  readonly overloadName: string;
  readonly text: string;
  readonly params: readonly Param[];
  /** How many parameters may be given by position. */
  readonly positional: number;
  readonly index: ReadonlyMap<string, number>;
  /** Makes tensors from nothing: takes the default device. */
  readonly deviceParam: number;
  /** The argument that the single result is, or -1. */
  readonly sameAs: number;
  /** Whether the single result is a fresh tensor. */
  readonly singleTensor: boolean;
  readonly toResult: ReturnPlan;
  #fn: NativeFunction | undefined;

  constructor(schema: SchemaInfo) {
    this.name = schema.name;
    this.overloadName = schema.overload;
    this.text = schema.text;
    this.params = schema.args.map((arg) => {
      const optional = arg.type.endsWith("?");
      const type = optional ? arg.type.slice(0, -1) : arg.type;
      return {
        name: camelCase(arg.name),
        rule: ruleOf(type),
        type,
        optional,
        hasDefault: arg.hasDefault,
        kwargOnly: arg.kwargOnly,
        isOut: arg.isOut,
        size: arg.size,
      };
    });
    this.positional = this.params.filter((p) => !p.kwargOnly).length;
    this.index = new Map(this.params.map((p, i) => [p.name, i]));
    const device = this.index.get("device");
    const takesTensor = this.params.some((p) => p.type.startsWith("Tensor"));
    this.deviceParam =
      device !== undefined && !takesTensor && this.params[device]?.type === "Device" ? device : -1;
    const aliases = schema.returns.map((ret) => aliasArgument(schema, ret.alias, ret.type));
    this.sameAs = schema.returns.length === 1 ? (aliases[0] as number) : -1;
    this.singleTensor =
      schema.returns.length === 1 &&
      this.sameAs < 0 &&
      /^Tensor\??$/.test(schema.returns[0]?.type ?? "");
    this.toResult = returnPlan(schema, aliases);
  }

  /** Whether any parameter is an out argument. */
  get isOut(): boolean {
    return this.params.some((p) => p.isOut);
  }

  get fn(): NativeFunction {
    this.#fn ??= runtime().bind(this.name, this.overloadName);
    return this.#fn;
  }
}

/** The index of the argument that a written result is. */
function aliasArgument(schema: SchemaInfo, alias: string | null, type: string): number {
  if (alias === null || !alias.endsWith("!") || type !== "Tensor") return -1;
  let found = -1;
  schema.args.forEach((arg, i) => {
    if (arg.alias === alias) found = i;
  });
  return found;
}

function returnPlan(schema: SchemaInfo, aliases: readonly number[]): ReturnPlan {
  const { returns } = schema;
  const single = returns[0];
  if (single === undefined) return () => undefined;
  if (returns.length > 1) {
    const each = returns.map((ret) => converter(ret.type));
    return (result, args) =>
      each.map((convert, i) => {
        const alias = aliases[i] as number;
        return alias >= 0 ? args[alias] : convert((result as unknown[])[i]);
      });
  }
  const alias = aliases[0] as number;
  if (alias >= 0) return (_, args) => args[alias];
  const convert = converter(single.type);
  return (result) => convert(result);
}

function converter(type: string): (value: unknown) => unknown {
  switch (type.endsWith("?") ? type.slice(0, -1) : type) {
    case "Tensor":
      return (v) => (v === null || v === undefined ? null : makeTensor(v as never));
    case "Tensor[]":
    case "Tensor?[]":
      return (v) => (v as unknown[]).map((t) => (t === null ? null : makeTensor(t as never)));
    case "Tensor[][]":
      return (v) => (v as unknown[][]).map((list) => list.map((t) => makeTensor(t as never)));
    case "ScalarType":
      return (v) => (v === null ? null : dtypeName(v as number));
    case "Device":
      return (v) => (v === null ? null : deviceName(v as number));
    default:
      return (v) => v;
  }
}

/** Every overload of `aten::name`, in the order in which they are tried. */
export function overloadsOf(name: string): Overload[] {
  const schemas = JSON.parse(runtime().schemasOf(name)) as SchemaInfo[];
  const overloads = schemas.map((schema) => new Overload(schema));
  // Out variants last; then the shorter signature first, so that an argument is never read as a rarer meaning.
  return overloads.sort(
    (a, b) =>
      Number(a.isOut) - Number(b.isOut) ||
      a.params.length - b.params.length ||
      (a.overloadName < b.overloadName ? -1 : 1),
  );
}
