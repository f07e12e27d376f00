// How a precision plugin is recognised, also one that was made with another copy of core.

/** Key under which a plugin carries its API number. Made by `Symbol.for`, so that two copies of core agree on it. */
export const PRECISION_BRAND: unique symbol = Symbol.for("@fabric/precision");

/** Version of the plugin interface that this core speaks. */
export const PRECISION_API = 1;
