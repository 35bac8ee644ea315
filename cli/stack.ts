/**
 * S3 and Redis for the time of one command: those that answer at the configured addresses, those another process runs
 * for this home, or embedded ones of our own. Should that other process end first, its parts are taken over.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { probeS3 } from "../localstack/embedded/probe.ts";
import type { Stack } from "../localstack/embedded/stack.ts";
import { startLocal } from "../localstack/start.ts";

/** Clients repeat what failed for about a second and a half; a takeover must fit in there. */
const LOOK_MS = 150;

type Environment = Record<string, string | undefined>;

const silent = () => {};

/** @throws AppError PORT_TAKEN, DEPENDENCY_DOWN */
export async function localStack(
  environment: Environment,
): Promise<Readonly<{ close: () => Promise<void> }>> {
  const first = await startLocal(environment, silent);
  if (!first || first.s3.embedded) return { close: async () => first?.close() };
  const end = new AbortController();
  const last = attended(first, environment, end.signal);
  return {
    async close() {
      end.abort();
      await (await last).close();
    },
  };
}

/** Looks after parts that others run until the command ends. @returns the stack that stands then */
async function attended(joined: Stack, environment: Environment, end: AbortSignal): Promise<Stack> {
  let stack = joined;
  while (!end.aborted && !stack.s3.embedded) {
    await sleep(LOOK_MS, undefined, { signal: end }).catch(silent);
    if (end.aborted || (await probeS3(stack.s3.url)).state === "running") continue;
    // The addresses stand in the environment by now, so the same ports are taken again. Where that fails, the
    // command's own requests say why; the next look tries again.
    stack = (await startLocal(environment, silent).catch(() => undefined)) ?? stack;
  }
  return stack;
}
