export { __CLASS__ } from "./precision.js";
export { roundTo } from "./round.js";

import type { PrecisionFactory } from "@fabric/core";
import { __CLASS__ } from "./precision.js";

/** Called by Fabric when it meets `precision: "__ALIAS__"`. */
export const createPrecision: PrecisionFactory = () => new __CLASS__();
