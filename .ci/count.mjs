// Prints "passed failed skipped" of a vitest JSON report.
import { readFileSync } from "node:fs";

const report = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
const broken = report.testResults.filter(
  (file) =>
    file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed"),
);
const skipped = report.numPendingTests + (report.numTodoTests ?? 0);
// A file that could not be loaded has no failed test, and is a failure all the same.
process.stdout.write(
  `${report.numPassedTests} ${report.numFailedTests + broken.length} ${skipped}\n`,
);
