export type Stack = Readonly<{
  service: string;
  stage: string;
  timeoutSeconds: number;
  functions: Readonly<
    Record<
      string,
      Readonly<{ timeout?: number; events?: readonly Readonly<{ stream?: unknown }>[] }>
    >
  >;
}>;
type MetricQuery = Readonly<{
  Id: string;
  Expression?: string;
  ReturnData: boolean;
  MetricStat?: Readonly<{
    Stat: string;
    Period: number;
    Metric: Readonly<{
      Namespace: string;
      MetricName: string;
      Dimensions: readonly Readonly<{ Name: string; Value: string }>[];
    }>;
  }>;
}>;
export type Alarm = Readonly<{
  Type: "AWS::CloudWatch::Alarm";
  Condition: string;
  Properties: Readonly<{
    AlarmName: string;
    AlarmDescription: string;
    AlarmActions: readonly unknown[];
    Threshold: number;
    EvaluationPeriods: number;
    TreatMissingData: string;
    ComparisonOperator: string;
    Namespace?: string;
    MetricName?: string;
    Dimensions?: readonly Readonly<{ Name: string; Value: unknown }>[];
    Statistic?: string;
    Period?: number;
    Metrics?: readonly MetricQuery[];
  }>;
}>;
export const alarmsOf: (stack: Stack) => Record<string, Alarm>;
export const resources: (
  tools: Readonly<{ resolveVariable: (name: string) => Promise<unknown> }>,
) => Promise<
  Readonly<{
    Parameters: Readonly<Record<"AlarmTopic" | "IngestionSource", Readonly<{ Default: unknown }>>>;
  }>
>;
