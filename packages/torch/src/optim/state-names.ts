// Option names inside state dicts are PyTorch's.

const toSnake = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
const toCamel = (name: string): string =>
  name.replace(/_([a-z])/g, (_, c: string) => c.toUpperCase());
const rename = (options: object, name: (n: string) => string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(options).map(([k, v]) => [name(k), v]));

/** `{ weightDecay: 0 }` -> `{ weight_decay: 0 }` */
export function optionsToSnake(options: object): Record<string, unknown> {
  return rename(options, toSnake);
}
/** `{ weight_decay: 0 }` -> `{ weightDecay: 0 }` */
export function optionsFromSnake(options: object): Record<string, unknown> {
  return rename(options, toCamel);
}
