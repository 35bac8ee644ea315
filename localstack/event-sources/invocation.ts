/** Invokes functions where serverless-offline takes invocations, so that they run as deployed: event in, answer out. */
import { randomUUID } from "node:crypto";
import { Agent, type IncomingMessage, request } from "node:http";
import { type Answer, type Invoke, NotInvoked } from "./verdict.ts";

export type LambdaAddress = Readonly<{
  /** By name, as it listens by name, on whichever loopback address that is. */
  host: string;
  port: number;
}>;

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** The payload of an answer. What is no JSON came from something else than a function. */
function payloadOf(text: string): unknown {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** @throws NotInvoked for what AWS would not count as a failure of the function: unknown, throttled */
function answerOf({ statusCode = 0, headers }: IncomingMessage, text: string): Answer {
  const error = headers["x-amz-function-error"];
  if (statusCode === 404 || statusCode === 429)
    throw new NotInvoked(`${statusCode} ${text.slice(0, 200)}`);
  const isFailed = error !== undefined || statusCode >= 300;
  return {
    requestId: randomUUID(),
    statusCode,
    payload: payloadOf(text),
    functionError: isFailed ? String(error ?? `status ${statusCode}`) : undefined,
  };
}

export type LambdaPort = Readonly<{
  invoke: Invoke;
  /** Whether something listens there. */
  isUp: () => Promise<boolean>;
  close: () => void;
}>;

/** Connections stay open between invocations. */
export function lambdaPort({ host, port }: LambdaAddress): LambdaPort {
  const agent = new Agent({ keepAlive: true });
  const asked = (path: string, body: string, signal: AbortSignal) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const headers = {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
        "x-amz-invocation-type": "RequestResponse",
      };
      const sent = request({ host, port, path, method: "POST", agent, headers, signal });
      sent.on("response", resolve).on("error", reject).end(body);
    });
  return {
    async invoke(functionName, event, signal) {
      const path = `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`;
      let response: IncomingMessage;
      let text: string;
      try {
        response = await asked(path, JSON.stringify(event), signal);
        text = await textOf(response);
      } catch (error) {
        throw new NotInvoked(`${host}:${port}: ${String(error)}`, { cause: error });
      }
      return answerOf(response, text);
    },
    async isUp() {
      const response = await asked("/", "", AbortSignal.timeout(1_000)).catch(() => undefined);
      response?.resume();
      return response !== undefined;
    },
    close: () => agent.destroy(),
  };
}
