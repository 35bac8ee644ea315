/** Runs one command: settings, flags, S3 and Redis, the command itself, and its failure as one line. */
import { type Config, loadEnvironmentFile, readConfig } from "../lib/config.ts";
import { shareNow } from "../lib/edge/metrics/invocation.ts";
import { world } from "../lib/world.ts";
import { badInput, exitCode, told } from "./failure.ts";
import { values } from "./flags.ts";
import { COMMANDS, isCommand } from "./help.ts";
import { localStack } from "./stack.ts";

/** @returns the exit code */
export async function run(
  name: string,
  argv: readonly string[],
  environment: Record<string, string | undefined>,
): Promise<number> {
  try {
    return await attempt(name, argv, environment);
  } catch (error) {
    process.stderr.write(`${told(error)}\n`);
    return exitCode(error);
  }
}

async function attempt(
  name: string,
  argv: readonly string[],
  environment: Record<string, string | undefined>,
): Promise<number> {
  if (!isCommand(name)) throw badInput(`there is no command "${name}"`, Object.keys(COMMANDS));
  const command = await COMMANDS[name].load();
  const given = values(command.flags, argv);
  loadEnvironmentFile();
  // Its lines go to standard output, which belongs to the answer.
  environment.LOG_LEVEL = "silent";
  const { STAGE } = settings(environment);
  if (command.needsStack === false) return (await command.run(given)) ?? 0;
  const stack = await localStack(environment);
  try {
    // On AWS the deployment makes the bucket; here it may be the first one asked of a service that runs already.
    if (STAGE === "local") await world.objects.ensureBucket();
    return (await command.run(given)) ?? 0;
  } finally {
    // What a command has counted joins the figures of the functions.
    await shareNow();
    await stack.close();
  }
}

/** @throws AppError BAD_REQUEST naming every bad setting */
function settings(environment: Readonly<Record<string, string | undefined>>): Config {
  try {
    return readConfig(environment);
  } catch (error) {
    throw badInput((error as Error).message);
  }
}
