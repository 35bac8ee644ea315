/**
 * Sums vitest's JSON reports: `node .ci/count.mjs unit.json real.json` prints "N passed, N failed" as its last line.
 * A report that is missing, a file that failed before its first test and a run without any test count as failures.
 * Before it stands what failed, each with the first line of why: whoever has only the end of a log still learns it.
 */
import { readFileSync } from "node:fs";
import { relative } from "node:path";

const sums = { passed: 0, failed: 0, skipped: 0 };
const failures = [];

const failuresOf = ({ name, assertionResults }) =>
  assertionResults
    .filter(({ status }) => status === "failed")
    .map(({ fullName, failureMessages }) => {
      const [why = ""] = (failureMessages[0] ?? "").split("\n");
      return `FAILED ${relative(process.cwd(), name)}: ${fullName}: ${why}`;
    });

for (const path of process.argv.slice(2)) {
  let report;
  try {
    report = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    console.log(`no report of a finished run in ${path}: ${error.message}`);
    sums.failed++;
    continue;
  }
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  );
  for (const { name, message } of broken) console.log(`${name} failed to load: ${message}`);
  failures.push(...report.testResults.flatMap(failuresOf));
  sums.passed += report.numPassedTests;
  sums.failed += report.numFailedTests + broken.length;
  sums.skipped += report.numPendingTests + report.numTodoTests;
  if (!report.success && report.numFailedTests + broken.length === 0) {
    console.log(`${path}: the run failed outside its tests`);
    sums.failed++;
  }
}

for (const line of failures) console.log(line);
console.log(`${sums.skipped} skipped`);
console.log(`${sums.passed} passed, ${sums.failed} failed`);
process.exitCode = sums.failed === 0 && sums.passed > 0 ? 0 : 1;
