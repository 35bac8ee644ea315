/** What wakes somebody on AWS, on the service as it would be deployed. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Alarm, resources } from "../aws/alarms.js";
import { wiredFunctions } from "./serverless.ts";
import { deployed } from "./template.ts";

const TOPIC_ARN = "arn:aws:sns:us-east-1:123456789012:equipoise";
const service = deployed();
const alarmsIn = ({ resources }: typeof service) =>
  Object.values(resources).filter(({ Type }) => Type === "AWS::CloudWatch::Alarm") as Alarm[];
const alarms = alarmsIn(service);
const nameOf = ({ Properties }: Alarm) => Properties.AlarmName.replace("equipoise-prod-", "");
const named = (name: string) => alarms.find((alarm) => nameOf(alarm) === name)!;
const functionsOf = (name: string) =>
  (named(name).Properties.Metrics ?? []).flatMap(({ MetricStat }) =>
    MetricStat ? [MetricStat.Metric.Dimensions[0]!.Value] : [],
  );

const GROUPS = ["index", "market", "stream", "live", "orders", "risk", "system"];
const READERS = ["stream-tick", "stream-alert", "orders-match"];
const OWN = [
  ...READERS.map((name) => `${name}-iterator-age`),
  "stream-failures",
  "compaction-missed",
  "order-folds-missed",
  "orders-damaged",
  "ingestion-missed",
  "requests-failed",
  "image-refused",
  "alerts-undelivered",
  "dependency-down",
];

describe("alarms", () => {
  it("are errors, throttles and duration of each group, those of the logs, and eight over our own figures", () => {
    const ofGroups = GROUPS.flatMap((group) =>
      ["errors", "throttles", "duration"].map((what) => `${group}-${what}`),
    );
    expect(alarms.map(nameOf)).toEqual([...ofGroups, ...OWN]);
  });

  it("exist only when a topic is given, and that of the ingestion when it has a source too", () => {
    expect(service.parameters).toMatchObject({
      AlarmTopic: { Type: "String", Default: "" },
      IngestionSource: { Type: "String", Default: "" },
    });
    const isGiven = (name: string) => ({ "Fn::Not": [{ "Fn::Equals": [{ Ref: name }, ""] }] });
    expect(service.conditions).toEqual({
      HasAlarmTopic: isGiven("AlarmTopic"),
      HasAlarmTopicAndSource: { "Fn::And": [isGiven("AlarmTopic"), isGiven("IngestionSource")] },
    });
    for (const alarm of alarms) {
      const isOfSource = nameOf(alarm) === "ingestion-missed";
      expect(alarm.Condition).toBe(isOfSource ? "HasAlarmTopicAndSource" : "HasAlarmTopic");
      expect(alarm.Properties.AlarmActions).toEqual([{ Ref: "AlarmTopic" }]);
    }
  });

  it("tell the topic that the environment names; SOURCE=none is no source", async () => {
    const parametersWith = async (topic: string, source: string) => {
      const said: Readonly<Record<string, unknown>> = {
        "self:functions": {},
        "param:alarm-topic, env:ALARM_TOPIC, ''": topic,
        "env:SOURCE, ''": source,
      };
      const { Parameters } = await resources({ resolveVariable: async (name) => said[name] });
      return [Parameters.AlarmTopic.Default, Parameters.IngestionSource.Default];
    };
    expect(await parametersWith(TOPIC_ARN, "none")).toEqual([TOPIC_ARN, ""]);
    expect(await parametersWith("", "polygon")).toEqual(["", "polygon"]);
  });

  it.each(GROUPS)("of %s watch every function of the group, within CloudWatch's ten", (group) => {
    const functions = wiredFunctions()
      .map(({ name }) => name)
      .filter((name) => name.startsWith(`${group}-`))
      .map((name) => `equipoise-prod-${name}`);
    expect(functions.length + 1).toBeLessThanOrEqual(10);
    for (const what of ["errors", "throttles", "duration"])
      expect(functionsOf(`${group}-${what}`)).toEqual(functions);
  });

  it("measure duration against each function's own time-out", () => {
    const { Metrics, Threshold } = named("index-duration").Properties;
    const at = functionsOf("index-duration").indexOf("equipoise-prod-index-build");
    // 60 s: percent are ms by 600. The others have 15 s, the export 29 s.
    expect(Metrics![0]!.Expression).toContain(`FILL(m${at}, 0) / 600`);
    expect(Metrics![0]!.Expression).toContain("FILL(m1, 0) / 150");
    expect(Metrics![0]!.Expression).toContain(" / 290");
    expect(Threshold).toBe(80);
    expect(Metrics![1]!.MetricStat!.Stat).toBe("p99");
  });

  it("of the stream tell functions that fall behind their log, in Kinesis's own milliseconds", () => {
    const reading = Object.entries(service.functions)
      .filter(([, { events = [] }]) => events.some((event) => "stream" in (event as object)))
      .map(([name]) => name);
    expect(reading).toEqual(READERS);
    for (const name of READERS)
      expect(named(`${name}-iterator-age`).Properties).toMatchObject({
        Namespace: "AWS/Lambda",
        MetricName: "IteratorAge",
        Dimensions: [{ Name: "FunctionName", Value: `equipoise-prod-${name}` }],
        Statistic: "Maximum",
        Threshold: 60_000,
        Period: 60,
        EvaluationPeriods: 5,
        ComparisonOperator: "GreaterThanThreshold",
      });
  });

  it("of the stream tell records that were given up, by the queue that mappings write them to", () => {
    const { MetricName, Dimensions } = named("stream-failures").Properties;
    expect(MetricName).toBe("ApproximateNumberOfMessagesVisible");
    const queue = Dimensions![0]!.Value as { "Fn::GetAtt": [string, string] };
    expect(service.resources[queue["Fn::GetAtt"][0]]?.Type).toBe("AWS::SQS::Queue");
  });

  it("are without an age where logs are Kafka's, of which Lambda tells none", () => {
    const kafka = alarmsIn(deployed({ EVENT_LOG: "kafka" })).map(nameOf);
    expect(kafka.filter((name) => name.endsWith("iterator-age"))).toEqual([]);
    expect(kafka).toContain("stream-failures");
    // The template is made anew, which takes its time on a busy machine.
  }, 60_000);

  it("take the silence of ingestion, compaction and folds for the fault, and of nothing else", () => {
    const { Properties } = named("ingestion-missed");
    expect(Properties).toMatchObject({
      MetricName: "IngestionsDone",
      Period: 3600,
      EvaluationPeriods: 26,
      ComparisonOperator: "LessThanThreshold",
      TreatMissingData: "breaching",
    });
    const compaction = named("compaction-missed").Properties;
    expect(compaction).toMatchObject({
      MetricName: "CompactionsDone",
      Period: 900,
      EvaluationPeriods: 2,
      ComparisonOperator: "LessThanThreshold",
      TreatMissingData: "breaching",
    });
    const folds = named("order-folds-missed").Properties;
    expect(folds.MetricName).toBe("OrderFoldsDone");
    const { Period, EvaluationPeriods, ComparisonOperator, TreatMissingData } = compaction;
    expect(folds).toMatchObject({
      ...{ Period, EvaluationPeriods, ComparisonOperator, TreatMissingData },
    });
    for (const { Properties: other } of alarms)
      if (![Properties, compaction, folds].includes(other))
        expect(other.TreatMissingData).toBe("notBreaching");
  });

  it("of silence can be met: ingestion runs every day, compaction every five minutes", () => {
    const ingest = wiredFunctions().find(({ name }) => name === "market-ingest");
    expect(ingest?.schedules).toEqual(["cron(30 22 * * ? *)"]);
    const compact = wiredFunctions().find(({ name }) => name === "stream-compact");
    expect(compact?.schedules).toEqual(["rate(5 minutes)"]);
    const fold = wiredFunctions().find(({ name }) => name === "orders-compact");
    expect(fold?.schedules).toEqual(["rate(5 minutes)"]);
  });

  it("have a row each in the runbook, and no row is left over", () => {
    const section = readFileSync("docs/operations.md", "utf8").split(/^## /m);
    const runbook = section.find((text) => text.startsWith("Alarms\n")) ?? "";
    const rows = [...runbook.matchAll(/^\| `([\w*-]+)` \|/gm)].map(([, name = ""]) => name);
    const expanded = rows.flatMap((row) =>
      row.startsWith("*") ? GROUPS.map((group) => row.replace("*", group)) : [row],
    );
    expect(expanded.toSorted()).toEqual(alarms.map(nameOf).toSorted());
    for (const alarm of alarms)
      expect(alarm.Properties.AlarmDescription).toContain("operations.md");
  });
});

it("functions are traced by Lambda itself", () => {
  expect(service.tracing).toEqual({ lambda: true });
});
