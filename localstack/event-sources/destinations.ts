/**
 * On-failure destinations of this machine: a bucket of S3 gets the document with the whole event, as on AWS; queues and
 * topics, which do not exist here, are files with one document a line.
 */
import { appendFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../lib/errors.ts";
import { localArn } from "./arn.ts";
import type { OnFailure } from "./delivery.ts";

export type DestinationsOptions = Readonly<{
  /** Holds the files. */
  folder: string;
  putObject: (bucket: string, key: string, body: Uint8Array) => Promise<unknown>;
}>;

/** @throws AppError BAD_FILE for an ARN of anything but S3, SQS and SNS */
export function destination(arn: string, { folder, putObject }: DestinationsOptions): OnFailure {
  const where = { region: "", resources: {}, service: "sqs", of: "onFailure" };
  const { service, name } = localArn(arn, where);
  if (service === "s3")
    return async ({ key, document, event }) => {
      const body = JSON.stringify({ ...document, payload: JSON.stringify(event) });
      await putObject(name, key, Buffer.from(body));
    };
  if (service !== "sqs" && service !== "sns")
    throw new AppError(
      "BAD_FILE",
      `serverless.yml: the on-failure destination "${arn}" must be of S3, SQS or SNS`,
    );
  return async ({ document }) => {
    await mkdir(folder, { recursive: true });
    await appendFile(join(folder, `${name}.jsonl`), `${JSON.stringify(document)}\n`);
  };
}
