/** Functions read their settings from the environment: this gives those of one test file an S3 of their own. */
import { beforeAll } from "vitest";
import { embeddedS3 } from "../jobs/stream/embedded-objects.ts";

/** Call before the first import of a function; no Redis answers, as when it is down. */
export function embeddedWorld(settings: Readonly<Record<string, string>> = {}): void {
  const server = embeddedS3();
  beforeAll(() => {
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_S3: server().url,
      UPSTASH_REDIS_REST_URL: "http://127.0.0.1:9",
      LOG_LEVEL: "silent",
      ...settings,
    });
  });
}
