/** Runs the real command line in a process of its own. */
import { spawn } from "node:child_process";

export type Ended = Readonly<{ code: number | null; stdout: string; stderr: string }>;
export type Environment = Readonly<Record<string, string>>;

/** @param node the Node to start it with, that of the tests by default */
export function equipoise(
  args: readonly string[],
  environment: Environment = {},
  node = process.execPath,
): Promise<Ended> {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(node, ["cli/bin.mjs", ...args], {
    env: { PATH, HOME, TZ: "UTC", ...environment },
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
    child.once("close", (code) => resolve({ code, ...texts }));
  });
}
