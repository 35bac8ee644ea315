/** Starts one part of the local stack from what can be told in a message, in this thread. */
import { join } from "node:path";
import { openKinesis } from "./kinesis/server.ts";
import { startRedis } from "./redis/server.ts";
import { startS3 } from "./s3/server.ts";

export type Started = Readonly<{ port: number; url: string; close(): Promise<void> }>;

/** Told of each stream to which something was appended. */
export type Appended = (stream: string) => void;

export type PartSpec = Readonly<
  | {
      name: "s3";
      port: number;
      home: string;
      buckets: readonly string[];
      streams: readonly string[];
    }
  | { name: "redis"; port: number; token: string }
>;

/** @throws AppError PORT_TAKEN when somebody else listens on the port */
export async function startPart(spec: PartSpec, appended?: Appended): Promise<Started> {
  if (spec.name === "redis") return startRedis(spec);
  const { port, home, buckets, streams } = spec;
  const neighbour = await openKinesis({ root: join(home, "kinesis"), streams, appended });
  return startS3({ port, root: join(home, "s3"), buckets, neighbour });
}
