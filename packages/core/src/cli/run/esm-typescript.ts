// Loaded after tsx: TypeScript is an ES module, also where package.json does not say so.

import { register } from "node:module";

register("./esm-typescript-hooks.js", import.meta.url);
