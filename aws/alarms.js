/**
 * What wakes somebody: alarms of CloudWatch over the functions and over the figures they write into their logs
 * (lib/edge/metrics/emf.ts). None exists unless a topic is named to tell; docs/operations.md says what to do at each.
 */

const HOUR_SECONDS = 3_600;
/** Of a function's time-out: what comes so near will cross it. */
const NEAR_TIMEOUT_PERCENT = 80;
/** Beyond that a stream is no longer one of now. */
const ITERATOR_AGE_SECONDS = 60;
const TOPIC = "HasAlarmTopic";
const SCHEDULE = "HasAlarmTopicAndSource";

const ref = (name) => ({ Ref: name });
const logicalId = (...words) =>
  words
    .map((word) => word.replace(/(^|-)([a-z])/g, (_, __, letter) => letter.toUpperCase()))
    .join("");

function alarm(stack, name, says, more, condition = TOPIC) {
  return {
    Type: "AWS::CloudWatch::Alarm",
    Condition: condition,
    Properties: {
      AlarmName: `${stack.service}-${stack.stage}-${name}`,
      AlarmDescription: `${says} What to do: docs/operations.md, "Alarms", ${name}.`,
      AlarmActions: [ref("AlarmTopic")],
      OKActions: [ref("AlarmTopic")],
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      Threshold: 1,
      EvaluationPeriods: 1,
      // Nobody called, or nothing moved.
      TreatMissingData: "notBreaching",
      ...more,
    },
  };
}

/** One figure of Lambda over all functions of a group, as one expression. */
const overGroup = (stack, names, { metric, stat, periodSeconds, expression }) => ({
  Metrics: [
    { Id: "all", Expression: expression(names.map((_, at) => `m${at}`)), ReturnData: true },
    ...names.map((name, at) => ({
      Id: `m${at}`,
      ReturnData: false,
      MetricStat: {
        Stat: stat,
        Period: periodSeconds,
        Metric: {
          Namespace: "AWS/Lambda",
          MetricName: metric,
          Dimensions: [{ Name: "FunctionName", Value: `${stack.service}-${stack.stage}-${name}` }],
        },
      },
    })),
  ],
});

const sum = (ids) => `SUM([${ids.map((id) => `FILL(${id}, 0)`).join(", ")}])`;

function groupAlarms(stack, group, names) {
  const timeoutMs = (name) => 1000 * (stack.functions[name].timeout ?? stack.timeoutSeconds);
  const share = (ids) =>
    `MAX([${ids.map((id, at) => `FILL(${id}, 0) / ${timeoutMs(names[at]) / 100}`).join(", ")}])`;
  const counted = { stat: "Sum", periodSeconds: 300, expression: sum };
  const lasted = { stat: "p99", periodSeconds: 300, expression: share };
  return {
    [logicalId(group, "errors", "alarm")]: alarm(
      stack,
      `${group}-errors`,
      `Functions of "${group}" ended with an error they did not answer.`,
      overGroup(stack, names, { metric: "Errors", ...counted }),
    ),
    [logicalId(group, "throttles", "alarm")]: alarm(
      stack,
      `${group}-throttles`,
      `Calls to functions of "${group}" were turned away for lack of concurrency.`,
      overGroup(stack, names, { metric: "Throttles", ...counted }),
    ),
    [logicalId(group, "duration", "alarm")]: alarm(
      stack,
      `${group}-duration`,
      `The slowest hundredth of calls to a function of "${group}" takes ${NEAR_TIMEOUT_PERCENT} % of its time-out.`,
      {
        ...overGroup(stack, names, { metric: "Duration", ...lasted }),
        Threshold: NEAR_TIMEOUT_PERCENT,
        EvaluationPeriods: 3,
        DatapointsToAlarm: 2,
      },
    ),
  };
}

/** Of the figures in our own log lines. */
const own = ({ stage }, id, name, periodSeconds) => ({
  Id: id,
  ReturnData: false,
  MetricStat: {
    Stat: "Sum",
    Period: periodSeconds,
    Metric: {
      Namespace: "Equipoise",
      MetricName: name,
      Dimensions: [{ Name: "Stage", Value: stage }],
    },
  },
});

function ownAlarm(stack, name, says, figures, more = {}) {
  const ids = figures.map((_, at) => `m${at}`);
  return alarm(stack, name, says, {
    Metrics: [
      { Id: "all", Expression: sum(ids), ReturnData: true },
      ...figures.map((figure, at) => own(stack, ids[at], figure, 300)),
    ],
    ...more,
  });
}

/** Silence is the fault here: a run that never started writes no figure. */
const ingestionMissed = (stack) =>
  alarm(
    stack,
    "ingestion-missed",
    "No ingestion has ended well for 26 hours.",
    {
      Namespace: "Equipoise",
      MetricName: "IngestionsDone",
      Dimensions: [{ Name: "Stage", Value: stack.stage }],
      Statistic: "Sum",
      Period: HOUR_SECONDS,
      EvaluationPeriods: 26,
      DatapointsToAlarm: 26,
      ComparisonOperator: "LessThanThreshold",
      TreatMissingData: "breaching",
    },
    SCHEDULE,
  );

/** As above: what is to be folded would pile up in silence, and reads slow down with it. */
const foldMissed = (stack, name, says, figure) =>
  alarm(stack, name, says, {
    Namespace: "Equipoise",
    MetricName: figure,
    Dimensions: [{ Name: "Stage", Value: stack.stage }],
    Statistic: "Sum",
    Period: 900,
    EvaluationPeriods: 2,
    DatapointsToAlarm: 2,
    ComparisonOperator: "LessThanThreshold",
    TreatMissingData: "breaching",
  });

/** Functions whose mapping reads a stream of Kinesis; Lambda tells no such age of Kafka. */
const streamReaders = ({ functions }) =>
  Object.keys(functions).filter((name) =>
    (functions[name].events ?? []).some((event) => event.stream !== undefined),
  );

const iteratorAge = (stack, name) =>
  alarm(
    stack,
    `${name}-iterator-age`,
    `"${name}" is more than ${ITERATOR_AGE_SECONDS} seconds behind its log, for five minutes.`,
    {
      Namespace: "AWS/Lambda",
      MetricName: "IteratorAge",
      Dimensions: [{ Name: "FunctionName", Value: `${stack.service}-${stack.stage}-${name}` }],
      Statistic: "Maximum",
      Period: 60,
      EvaluationPeriods: 5,
      DatapointsToAlarm: 5,
      ComparisonOperator: "GreaterThanThreshold",
      Threshold: 1000 * ITERATOR_AGE_SECONDS,
    },
  );

const streamFailures = (stack) =>
  alarm(stack, "stream-failures", "Records of a log were given up; the queue says which.", {
    Namespace: "AWS/SQS",
    MetricName: "ApproximateNumberOfMessagesVisible",
    Dimensions: [{ Name: "QueueName", Value: { "Fn::GetAtt": ["StreamFailures", "QueueName"] } }],
    Statistic: "Maximum",
    Period: 300,
  });

/**
 * @param stack service, stage, the functions of serverless.yml and the time-out of those that name none
 * @returns alarms by logical id
 */
export function alarmsOf(stack) {
  const names = Object.keys(stack.functions);
  const groups = [...new Set(names.map((name) => name.split("-")[0]))];
  return {
    ...Object.assign(
      {},
      ...groups.map((group) =>
        groupAlarms(
          stack,
          group,
          names.filter((name) => name.startsWith(`${group}-`)),
        ),
      ),
    ),
    ...Object.fromEntries(
      streamReaders(stack).map((name) => [
        logicalId(name, "iterator-age-alarm"),
        iteratorAge(stack, name),
      ]),
    ),
    StreamFailuresAlarm: streamFailures(stack),
    CompactionMissedAlarm: foldMissed(
      stack,
      "compaction-missed",
      "No compaction of the stream has ended well for half an hour.",
      "CompactionsDone",
    ),
    OrderFoldsMissedAlarm: foldMissed(
      stack,
      "order-folds-missed",
      "Closed orders and trades have not been folded for half an hour.",
      "OrderFoldsDone",
    ),
    OrdersDamagedAlarm: ownAlarm(
      stack,
      "orders-damaged",
      "Records of the log of orders are no commands; they are kept aside.",
      ["OrdersDamaged"],
    ),
    IngestionMissedAlarm: ingestionMissed(stack),
    RequestsFailedAlarm: ownAlarm(
      stack,
      "requests-failed",
      "Requests or messages met a fault of the service.",
      ["RequestsFailed", "LiveEventsFailed"],
    ),
    ImageRefusedAlarm: ownAlarm(
      stack,
      "image-refused",
      "A stored part or manifest is not what it should be; an older version is served.",
      ["ImagesRefused"],
    ),
    AlertsUndeliveredAlarm: ownAlarm(
      stack,
      "alerts-undelivered",
      "Alerts of anomalies were not taken by Slack or the webhook and are kept as dead letters.",
      ["AlertsUndelivered"],
    ),
    DependencyDownAlarm: ownAlarm(
      stack,
      "dependency-down",
      "S3, Redis, Kinesis, Kafka, the WebSocket API or a vendor fails call after call.",
      [
        "S3Failures",
        "RedisFailures",
        "KinesisFailures",
        "KafkaFailures",
        "WebSocketFailures",
        "VendorFailures",
      ],
      { Threshold: 10, EvaluationPeriods: 3, DatapointsToAlarm: 2 },
    ),
  };
}

export async function resources({ resolveVariable }) {
  const [service, stage, functions, timeoutSeconds, topic, source] = await Promise.all(
    [
      "self:service",
      "sls:stage",
      "self:functions",
      "self:provider.timeout",
      "param:alarm-topic, env:ALARM_TOPIC, ''",
      "env:SOURCE, ''",
    ].map((name) => resolveVariable(name)),
  );
  const isGiven = (name) => ({ "Fn::Not": [{ "Fn::Equals": [ref(name), ""] }] });
  return {
    Parameters: {
      AlarmTopic: {
        Type: "String",
        Default: topic,
        Description: "ARN of the SNS topic that is told of alarms; no alarm exists without one.",
      },
      IngestionSource: {
        Type: "String",
        // "none" is a source too, of nothing.
        Default: source === "none" ? "" : source,
        Description: "What the scheduled ingestion reads; without a source none can be missed.",
      },
    },
    Conditions: {
      [TOPIC]: isGiven("AlarmTopic"),
      [SCHEDULE]: { "Fn::And": [isGiven("AlarmTopic"), isGiven("IngestionSource")] },
    },
    Resources: alarmsOf({ service, stage, functions, timeoutSeconds }),
  };
}
