// The plugin keeps to every rule that Fabric has for precisions.

import { testPrecision } from "@fabric/precision-testkit";
import manifest from "../package.json" with { type: "json" };
import { createPrecision } from "../src/index.js";

testPrecision("__ALIAS__", {
  create: (environment) => createPrecision("__ALIAS__", environment),
  alias: "__ALIAS__",
  ...manifest.fabric.conformance["__ALIAS__"],
});
