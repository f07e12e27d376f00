import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // A crash inside libtorch then ends one worker, not the run; the collector is at hand for the leak test.
    pool: "forks",
    execArgv: ["--expose-gc"],
    testTimeout: 60_000,
  },
});
