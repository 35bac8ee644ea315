/** The command line. Help is answered here; everything else is loaded when it is needed. */
import { commandHelp, HELP, isCommand } from "./help.ts";

const [name, ...rest] = process.argv.slice(2);

function help(): string | undefined {
  if (name === undefined) return HELP;
  const asked = [name, ...rest].some((word) => word === "--help" || word === "-h");
  if (name !== "help" && !asked) return undefined;
  const topic = name === "help" ? rest[0] : name;
  return topic !== undefined && isCommand(topic) ? commandHelp(topic) : HELP;
}

async function main(): Promise<number> {
  const text = help();
  if (text === undefined) {
    const { run } = await import("./run.ts");
    return run(name!, rest, process.env);
  }
  process.stdout.write(text);
  return name === undefined ? 2 : 0;
}

/** A reader that has seen enough (`| head`) is no failure. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

const code = await main();
// Sockets that are kept alive must not hold the process; what was written must still arrive.
process.stdout.write("", () => process.exit(code));
