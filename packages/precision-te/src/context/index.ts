// Where FP8 is on.
export { activationDtype } from "./activation-dtype.js";
export { type Fp8AutocastOptions, fp8Autocast, isFp8Enabled } from "./fp8-autocast.js";
export { currentRegion, flopsOf, fp8RegionOf, type Pass, type Region } from "./region.js";
