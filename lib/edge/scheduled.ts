/** The chain of a function that a schedule starts: facts for its log lines before it, figures told after it. */
import { randomUUID } from "node:crypto";
import type { Context } from "aws-lambda";
import { beginInvocation } from "./log.ts";
import { invocationEnded } from "./metrics/invocation.ts";
import { annotate, traced } from "./tracer.ts";

/**
 * @param work is given the id of EventBridge's event, which is the same when the event comes a second time, so that a
 * second delivery changes nothing
 */
export const scheduled =
  <T>(work: (eventId: string) => Promise<T>) =>
  (
    { id = randomUUID() }: Readonly<{ id?: string }>,
    context?: Partial<Pick<Context, "awsRequestId" | "functionName">>,
  ): Promise<T> =>
    traced(context?.functionName, async () => {
      const requestId = context?.awsRequestId ?? id;
      annotate({ ColdStart: beginInvocation(requestId, context), RequestId: requestId });
      try {
        return await work(id);
      } finally {
        // The next one is a day away: nothing may be left for it to tell.
        await invocationEnded(true);
      }
    });
