import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { CPU_ONLY } from "./tools/test-support/cpu-only.js";
import { testDevice } from "./tools/test-support/device.js";

/** `npm run test:long` runs only the soak, fuzz and trajectory tests; the default run leaves them out. */
const long = process.env.FABRIC_TEST_LONG === "1";
const LONG_TESTS = ["packages/*/test/**/*.long.test.ts", "tools/**/test/**/*.long.test.ts"];

export default defineConfig({
  // Node 20 has no `using` syntax, so it is lowered as tsc lowers it.
  oxc: { target: "es2022" },
  test: {
    include: long ? LONG_TESTS : ["packages/*/test/**/*.test.ts", "tools/**/test/**/*.test.ts"],
    exclude: [
      "**/node_modules/**",
      "**/dist/**",
      ...(long ? [] : LONG_TESTS),
      ...(testDevice === "cpu" ? [] : Object.values(CPU_ONLY).flat()),
    ],
    ...(testDevice === "cpu"
      ? {}
      : {
          globalSetup: "tools/test-support/require-device.ts",
          setupFiles: "tools/test-support/use-device.ts",
        }),
    // A crash inside libtorch then ends one worker, not the run.
    pool: "forks",
    execArgv: ["--expose-gc"],
    // A fork a core (vitest would leave one free); libtorch's own threads on top would spin against each other.
    maxWorkers: availableParallelism(),
    env: { OMP_NUM_THREADS: "1" },
    testTimeout: long ? 1_800_000 : 60_000,
    hookTimeout: 60_000,
    // A plugin that core loads synchronously must meet the same core that the test imported.
    server: { deps: { external: [/\/packages\/[^/]+\/dist\//] } },
  },
});
