// Random calls of the public operators: which operator, with which arguments, and in which form.
import { randomFor } from "./random.mjs";
import { Values } from "./values.mjs";

/** Tensors with more elements than this are not read back. */
const READ_LIMIT = 100_000;

/**
 * @param {object} torch - the package under test.
 * @param {{ schemas: object[], functions: Record<string, Function>, methods: readonly (readonly [string, string])[] }} surface
 */
export function callsOf(torch, { schemas, functions, methods }) {
  const overloads = new Map();
  for (const schema of schemas) {
    const list = overloads.get(schema.name) ?? [];
    list.push(schema);
    overloads.set(schema.name, list);
  }
  const camelToAten = new Map(
    [...overloads.keys()].map((full) => [camelCase(full.slice("aten::".length)), full]),
  );
  const targets = [
    ...Object.keys(functions).map((name) => ({ name, full: camelToAten.get(name), method: false })),
    ...methods.map(([name, aten]) => ({ name, full: `aten::${aten}`, method: true })),
  ].filter(({ full }) => full?.startsWith("aten::") && overloads.has(full));

  /** The call of a number: what runs it and how it reads in a journal. */
  return function makeCall(seed, number) {
    const random = randomFor(seed, number);
    const target = random.pick(targets);
    const values = new Values(torch, random);
    const overload = random.pick(overloads.get(target.full));
    const args = argumentsFor(random, values, overload);
    const receiver = target.method ? args.shift() : undefined;
    const run = () => {
      const fn = target.method ? methodOf(torch, receiver, target.name) : functions[target.name];

      return typeof fn === "function" ? read(fn.apply(receiver, args)) : undefined;
    };
    return {
      operator: target.full,
      text: () =>
        `${target.method ? `${show(receiver)}.` : ""}${target.name}(${args.map(show).join(", ")})`,
      run,
      scoped: random.chance(0.5),
    };
  };
}

// A receiver that is no tensor has no such method, or JavaScript's own (`[].sort`): not what is tested.
function methodOf(torch, receiver, name) {
  return torch.isTensor(receiver) ? receiver[name] : undefined;
}

function argumentsFor(random, values, overload) {
  const positional = overload.args.filter((arg) => !arg.kwargOnly);
  const required = positional.filter((arg) => !arg.hasDefault).length;
  const given = random.chance(0.5)
    ? required
    : required + random.below(positional.length - required + 1);
  const args = positional.slice(0, given).map((arg) => values.argument(arg));
  const options = {};
  for (const arg of [...positional.slice(given), ...overload.args.filter((a) => a.kwargOnly)]) {
    if (!arg.hasDefault || random.chance(0.25)) options[camelCase(arg.name)] = values.argument(arg);
  }
  if (random.chance(0.005)) options.noSuchOption = 1;
  if (random.chance(0.005)) args.pop();
  if (random.chance(0.005)) args.push(values.argument({ type: "int", size: null, name: "" }));
  return Object.keys(options).length > 0 ? [...args, options] : args;
}

// Reading every element finds results that point outside their storage.
function read(result) {
  if (Array.isArray(result)) {
    for (const item of result) read(item);
  } else if (typeof result === "object" && result !== null && "toTypedArray" in result) {
    if (result.device === "cpu" && result.numel() <= READ_LIMIT && result.layout === "strided")
      result.toTypedArray();
  }
}

function camelCase(name) {
  return name.replace(/(?<=[^_])_+([^_])/g, (_, next) => next.toUpperCase());
}

/** An argument as text: tensors by dtype, shape, strides and values. */
export function show(value) {
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (typeof value === "symbol" || typeof value === "function") return String(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null)
    return Object.is(value, -0)
      ? "-0"
      : typeof value === "string"
        ? JSON.stringify(value)
        : String(value);
  if ("toTypedArray" in value) return showTensor(value);
  if (Object.getPrototypeOf(value) === Object.prototype)
    return `{${Object.entries(value)
      .map(([k, v]) => `${k}: ${show(v)}`)
      .join(", ")}}`;
  return value.constructor?.name ?? "object";
}

function showTensor(x) {
  try {
    const stride = x.isContiguous() ? "" : ` stride ${JSON.stringify(x.stride())}`;
    const values =
      x.device === "cpu" && x.numel() <= 64
        ? ` ${JSON.stringify(Array.from(x.toTypedArray(), Number))}`
        : "";
    return `Tensor<${x.dtype} ${JSON.stringify(x.shape)}${stride}${x.device === "cpu" ? "" : ` ${x.device}`}${x.requiresGrad ? " grad" : ""}${values}>`;
  } catch (error) {
    return `Tensor<${error.code === "FABRIC_TENSOR_DISPOSED" ? "disposed" : "sparse"}>`;
  }
}
