/**
 * What X-Ray is told of an invocation beside what Lambda tells it: subsegments, by the Tracer of Powertools for AWS Lambda.
 * Only of invocations that are sampled, and never locally: the Tracer and X-Ray's SDK are evaluated in the first sampled
 * invocation of a process. Nobody waits for X-Ray's daemon, and nothing fails by it.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Tracer } from "@aws-lambda-powertools/tracer";
import { isTraced, SERVICE } from "../config.ts";
import { log } from "./log.ts";
import { once } from "./once.ts";

/** What X-Ray finds traces by; names of letters, digits and underscores. */
export type Annotations = Readonly<Record<string, string | number | boolean | undefined>>;

type Capture = Tracer["provider"]["captureAsyncFunc"];
type Subsegment = NonNullable<Parameters<Parameters<Capture>[1]>[0]>;
type Sampled = Readonly<{ tracer: Tracer; invocation: Subsegment }>;

/** The invocation under way, when X-Ray wants to know of it. */
const sampled = new AsyncLocalStorage<Sampled>();

const lost = (message: unknown, error?: unknown) => log("debug", "trace lost", { message, error });
const untold = () => {};

const loaded = once(async (): Promise<Tracer | undefined> => {
  try {
    const { Tracer } = await import("@aws-lambda-powertools/tracer");
    // Nothing is patched into http, https or fetch: connections are shared between invocations.
    const tracer = new Tracer({ serviceName: SERVICE, captureHTTPsRequests: false });
    tracer.provider.setLogger({ debug: untold, info: untold, warn: untold, error: lost });
    return tracer.isTracingEnabled() ? tracer : undefined;
  } catch (error) {
    log("warn", "no traces", { error });
    return undefined;
  }
});

/**
 * Work as a subsegment of what is under way. Of a failure only the fact is told: its words are in the log, where secrets are
 * taken out.
 */
const captured = <T>(
  { provider }: Tracer,
  name: string,
  work: (subsegment: Subsegment | undefined) => Promise<T>,
): Promise<T> =>
  provider.captureAsyncFunc(name, async (subsegment) => {
    try {
      return await work(subsegment);
    } catch (error) {
      subsegment?.addFaultFlag();
      throw error;
    } finally {
      try {
        subsegment?.close();
      } catch (error) {
        lost("not closed", error);
      }
    }
  }) as Promise<T>;

async function sampledWork<T>(name: string, work: () => Promise<T>): Promise<T> {
  const tracer = await loaded();
  if (!tracer) return work();
  return captured(tracer, name, (invocation) => {
    if (!invocation) return work();
    invocation.addAnnotation("Service", SERVICE);
    return sampled.run({ tracer, invocation }, work);
  });
}

/** Runs an invocation of a function, and tells X-Ray how long it took when that wants to know of it. */
export const traced = <T>(functionName = "function", work: () => Promise<T>): Promise<T> =>
  isTraced() ? sampledWork(`## ${functionName}`, work) : work();

/** Adds to what X-Ray knows of the invocation under way. */
export function annotate(annotations: Annotations): void {
  const { invocation } = sampled.getStore() ?? {};
  if (!invocation) return;
  for (const [name, value] of Object.entries(annotations))
    if (value !== undefined) invocation.addAnnotation(name, value);
}

/** The invocation under way has failed, though it answers. */
export const annotateFault = (): void => sampled.getStore()?.invocation.addFaultFlag();

/** One call of another system, which X-Ray's map shows by its name. */
export function tracedCall<T>(
  system: string,
  facts: Readonly<Record<string, unknown>>,
  call: () => Promise<T>,
): Promise<T> {
  const { tracer } = sampled.getStore() ?? {};
  if (!tracer) return call();
  return captured(tracer, system, (subsegment) => {
    subsegment?.addAttribute("namespace", "remote");
    for (const [name, fact] of Object.entries(facts)) subsegment?.addMetadata(name, fact, SERVICE);
    return call();
  });
}
