// What Vitest's JSON report says, in numbers.
import { relative } from "node:path";

/**
 * @typedef {object} Report
 * @property {{ name: string, status: string, message?: string, assertionResults: { fullName: string, status: string }[] }[]} testResults
 *
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed tests, and files that could not be run at all
 * @property {number} skipped
 * @property {string[]} failures `FILE: TEST`
 */

/**
 * Counts tests. A file that failed before its first test counts as one failure: its tests would be missing silently.
 *
 * @param {Report} report
 * @param {string} root folder that file names are shown from
 * @returns {Counts}
 */
export function countTests(report, root) {
  /** @type {Counts} */
  const counts = { passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const file of report.testResults) {
    const name = relative(root, file.name);
    const failed = file.assertionResults.filter((test) => test.status === "failed");
    for (const test of failed) counts.failures.push(`${name}: ${test.fullName}`);
    if (file.status === "failed" && failed.length === 0)
      counts.failures.push(`${name}: ${file.message?.split("\n")[0] ?? "could not be run"}`);
    counts.passed += file.assertionResults.filter((test) => test.status === "passed").length;
    counts.skipped += file.assertionResults.filter((test) =>
      ["skipped", "pending", "todo", "disabled"].includes(test.status),
    ).length;
  }
  counts.failed = counts.failures.length;
  return counts;
}
