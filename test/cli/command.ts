/** Runs the real command line in a process of its own. */
import { spawn } from "node:child_process";
import { vi } from "vitest";
import { exitCode, told } from "../../cli/failure.ts";
import { values } from "../../cli/flags.ts";
import { COMMANDS, isCommand } from "../../cli/help.ts";

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

/** The same in this process, on the stack its environment names: starting a process costs more than most commands. */
export async function inProcess(name: string, ...args: string[]): Promise<Ended> {
  if (!isCommand(name)) throw new Error(`there is no command "${name}"`);
  const written: string[] = [];
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  try {
    const { flags, run } = await COMMANDS[name].load();
    const code = (await run(values(flags, args))) ?? 0;
    return { code, stdout: written.join(""), stderr: "" };
  } catch (error) {
    return { code: exitCode(error), stdout: written.join(""), stderr: `${told(error)}\n` };
  } finally {
    spy.mockRestore();
  }
}
