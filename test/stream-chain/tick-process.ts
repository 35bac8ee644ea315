/**
 * The function stream/tick in a process of its own, to be killed: takes invocations over HTTP as the local gateway of Lambda
 * does, and says on which port. Its settings are those of its environment.
 */
import { writeSync } from "node:fs";
import { createServer } from "node:http";
import { flushCompileCache } from "node:module";
import type { AddressInfo } from "node:net";
import { handler } from "../../functions/stream/tick.ts";

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    const answer = await handler(JSON.parse(Buffer.concat(chunks).toString()));
    response.end(JSON.stringify(answer));
  } catch (error) {
    response.setHeader("x-amz-function-error", "Unhandled");
    response.end(JSON.stringify({ errorMessage: String(error) }));
  }
});
// Who is killed would leave nothing to those after it.
flushCompileCache();
server.listen(0, "127.0.0.1", () => {
  writeSync(1, `${(server.address() as AddressInfo).port}\n`);
});
