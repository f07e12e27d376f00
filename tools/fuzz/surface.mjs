// What is fuzzed: every generated function and method, with the schemas of the loaded libtorch.

const GENERATED = new URL("../../packages/torch/dist/generated/", import.meta.url);
const RUNTIME = new URL("../../packages/torch/dist/runtime.js", import.meta.url);

/**
 * @param {string} [only] - a comma-separated list of ATen names, e.g. `aten::add,aten::mul`, to fuzz just these.
 */
export async function surface(only) {
  const functions = await import(new URL("functions.js", GENERATED).href);
  const { METHOD_NAMES } = await import(new URL("methods.js", GENERATED).href);
  const { runtime } = await import(RUNTIME.href);
  const wanted = only?.split(",").map((name) => (name.includes("::") ? name : `aten::${name}`));
  const schemas = JSON.parse(runtime().schemas())
    .filter(({ name }) => wanted === undefined || wanted.includes(name))
    // A fixed order: calls must not depend on the dispatcher's hash table.
    .sort((a, b) => compare(`${a.name}.${a.overload}`, `${b.name}.${b.overload}`));
  return { schemas, functions, methods: METHOD_NAMES };
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
