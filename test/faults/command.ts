/** Runs the fault suite in a process of its own, because it takes the clock and the chance of its whole process. */
import { spawn } from "node:child_process";

export type Ended = Readonly<{
  code: number | null;
  /** What it printed, a line of JSON each. */
  lines: readonly Readonly<Record<string, unknown>>[];
  /** The sums, which come last. */
  sums: Readonly<Record<string, unknown>>;
  stderr: string;
}>;

export const NODE_OPTIONS = [
  // Of `stripTypeScriptTypes`, with which functions are made anew for each process.
  "--disable-warning=ExperimentalWarning",
  ...["--import", "./localstack/assets.mjs"],
];

export function faults(...args: readonly string[]): Promise<Ended> {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [...NODE_OPTIONS, "test/faults/run.ts", ...args], {
    env: { PATH, HOME, TZ: "UTC" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      const lines = texts.stdout
        .split("\n")
        .filter((line) => line.startsWith("{"))
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      resolve({ code, lines, sums: lines.at(-1) ?? {}, stderr: texts.stderr });
    });
  });
}
