import { expect, test } from "vitest";

import { runProcesses } from "../support/processes.js";

test("memory is flat over 20,000 all-reduces", async () => {
  const script = new URL("./scripts/traffic.ts", import.meta.url);
  const options = { count: 2, args: ["10000"], execArgv: ["--expose-gc"], limitMs: 600_000 };
  for (const { reports, code } of await runProcesses(script, options)) {
    const { grown, tensors } = reports[1];
    console.log(`grown by ${(grown / 2 ** 20).toFixed(1)} MiB, ${tensors} tensors`);
    expect({ code, tensors }).toEqual({ code: 0, tensors: 0 });
    expect(grown).toBeLessThan(4 * 2 ** 20);
  }
});
