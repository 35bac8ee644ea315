/** The embedded S3 in a process of its own, to be killed: `serve.ts <folder> <port>` says "ready" when it listens. */
import { writeSync } from "node:fs";
import { startS3 } from "../../localstack/embedded/s3/server.ts";
import { BUCKET } from "./jobs.ts";

const [, , root = "", port = ""] = process.argv;
await startS3({ port: Number(port), root, buckets: [BUCKET] });
writeSync(1, "ready\n");
