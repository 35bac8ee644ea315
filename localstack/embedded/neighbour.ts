/** Another service at the address of the embedded S3, as LocalStack and floci have all of theirs at one. */
import type { IncomingMessage, ServerResponse } from "node:http";

export type Neighbour = Readonly<{
  /** As the health of the address names it: "kinesis". */
  name: string;
  /** Whether a request is for it; what no neighbour takes is S3's. */
  takes: (request: IncomingMessage) => boolean;
  respond: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  close: () => Promise<void>;
}>;
