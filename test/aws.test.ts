/** What the stack on AWS may do where it follows from variables. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { statementsFor } from "../aws/source-access.js";
import { SETTINGS } from "../lib/config.ts";
import { CHECKPOINT_DAYS } from "../lib/jobs/ingest-checkpoint.ts";

const own = {
  Effect: "Allow",
  Action: "s3:GetObject",
  Resource: [{ "Fn::Join": ["", [{ "Fn::GetAtt": ["DataBucket", "Arn"] }, "/source/*"]] }],
};
const arns = (...resources: string[]) =>
  resources.map((resource) => ({
    "Fn::Join": ["", ["arn:", { Ref: "AWS::Partition" }, `:s3:::${resource}`]],
  }));

it("lets checkpoints expire at the age at which the scheduled ingestion removes them", () => {
  const rule = /Prefix: ingest\/\n +ExpirationInDays: (\d+)/.exec(
    readFileSync("aws/bucket.yml", "utf8"),
  );
  expect(Number(rule?.[1])).toBe(CHECKPOINT_DAYS);
});

describe("the rights of the scheduled ingestion", () => {
  it("end at the folder source/ of its own bucket, unless it is told to read elsewhere", () => {
    expect(statementsFor({})).toEqual([own]);
    expect(statementsFor({ SOURCE_PATH: "data/*.csv, /s3://x/y" })).toEqual([own]);
  });

  it("cover what the variables name, and no key beside it", () => {
    const environment = {
      SOURCE_PATH: "s3://incoming/daily/, s3://incoming/2024_*.csv.gz",
      SOURCE_SECURITIES: "s3://facts/securities.csv",
      SOURCE_ACTIONS: "s3://facts",
    };
    expect(statementsFor(environment)).toEqual([
      own,
      {
        Effect: "Allow",
        Action: "s3:GetObject",
        Resource: arns(
          "incoming/daily/*",
          "incoming/2024_*",
          "facts/securities.csv",
          "facts/securities.csv/*",
          "facts/*",
        ),
      },
      { Effect: "Allow", Action: "s3:ListBucket", Resource: arns("incoming", "facts") },
    ]);
  });

  it("follow from every setting that names files, and from settings the function is given", () => {
    const naming = SETTINGS.filter(
      (name) =>
        name.startsWith("SOURCE_") && !["SOURCE_TICKERS", "SOURCE_PRECEDENCE"].includes(name),
    );
    for (const name of naming) {
      expect(statementsFor({ [name]: "s3://incoming/a.csv" }), name).toHaveLength(3);
      expect(readFileSync("serverless.yml", "utf8")).toContain(`${name}: \${env:${name}, ''}`);
    }
    expect(naming).toHaveLength(5);
  });
});
