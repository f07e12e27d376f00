// Public surface of create-fabric-precision.

export { CreateError } from "./create-error.js";
export { type CreatedPlugin, type CreateOptions, createPlugin } from "./create-plugin.js";
export { type Names, namesFor } from "./names.js";
