// The plugin keeps to every rule that Fabric has for precisions.

import { readFileSync } from "node:fs";
import { testPrecision } from "@fabric/precision-testkit";
import { createPrecision } from "../src/index.js";

const { fabric } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

for (const alias of fabric.precisions)
  testPrecision(alias, {
    create: (environment) => createPrecision(alias, environment),
    alias,
    ...fabric.conformance?.[alias],
  });
