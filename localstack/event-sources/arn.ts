/**
 * What an ARN of serverless.yml stands for on this machine. On AWS a resource has the name CloudFormation gives it; here:
 * - a text is taken as it is;
 * - `Fn::GetAtt: [TicksStream, Arn]` and `Ref: TicksStream` are the resource of that name: its name property, and without one its
 *   logical id in lower case without "Stream", "Queue", "Bucket" or "Topic" at its end: "ticks";
 * - `Fn::Join`, `Fn::Sub` and `Fn::ImportValue` are what stands behind the last "/" or ":" of their text, where `${TicksStream}`
 *   and `${TicksStream.Arn}` are the resource as above.
 */
import { AppError } from "../../lib/errors.ts";

export type Resources = Readonly<
  Record<string, Readonly<{ Type?: string; Properties?: Readonly<Record<string, unknown>> }>>
>;

export type LocalArn = Readonly<{ service: string; name: string; text: string }>;

type Where = Readonly<{
  region: string;
  resources: Resources;
  /** The service an object without a known resource is taken for. */
  service: string;
  /** For messages: "function stream-tick". */
  of: string;
}>;

export const ACCOUNT = "000000000000";

/** The property that names a resource, by its type. */
const NAMES: Readonly<Record<string, readonly [service: string, property: string]>> = {
  "AWS::Kinesis::Stream": ["kinesis", "Name"],
  "AWS::SQS::Queue": ["sqs", "QueueName"],
  "AWS::SNS::Topic": ["sns", "TopicName"],
  "AWS::S3::Bucket": ["s3", "BucketName"],
  "AWS::MSK::Cluster": ["kafka", "ClusterName"],
};

const FORMS: Readonly<Record<string, (region: string, name: string) => string>> = {
  kinesis: (region, name) => `arn:aws:kinesis:${region}:${ACCOUNT}:stream/${name}`,
  kafka: (region, name) => `arn:aws:kafka:${region}:${ACCOUNT}:cluster/${name}/local`,
  sqs: (region, name) => `arn:aws:sqs:${region}:${ACCOUNT}:${name}`,
  sns: (region, name) => `arn:aws:sns:${region}:${ACCOUNT}:${name}`,
  s3: (_, name) => `arn:aws:s3:::${name}`,
};

const ofLogicalId = (id: string) =>
  id.replace(/(Stream|Queue|Bucket|Topic|Cluster)$/, "").toLowerCase();

const made = (service: string, name: string, region: string): LocalArn => ({
  service,
  name,
  text: FORMS[service]?.(region, name) ?? `arn:aws:${service}:${region}:${ACCOUNT}:${name}`,
});

function ofResource(id: string, { region, resources, service }: Where): LocalArn {
  const { Type = "", Properties = {} } = resources[id] ?? {};
  const [known, property] = NAMES[Type] ?? [service, ""];
  const name = Properties[property];
  return made(known, typeof name === "string" ? name : ofLogicalId(id), region);
}

/** "arn:aws:kinesis:us-east-1:1:stream/ticks", "arn:aws:s3:::bucket/prefix", "arn:aws:kafka:...:cluster/name/uuid" */
function ofText(text: string): LocalArn | undefined {
  const [arn, , service = "", , , ...rest] = text.split(":");
  const resource = rest.join(":");
  if (arn !== "arn" || service === "" || resource === "") return undefined;
  const [first = "", second] = resource.split("/");
  const isTyped = ["stream", "cluster"].includes(first) && second !== undefined;
  return { service, name: isTyped ? second : first, text };
}

/** The end of a text in which `${Resource}` may stand. */
function ofEnd(text: string, where: Where): LocalArn {
  const end = text.split(/[/:](?![^{]*\})/).at(-1) ?? "";
  const [, id] = /^\$\{(?:AWS::)?([\w]+)(?:\.Arn)?\}$/.exec(end) ?? [];
  return id === undefined ? made(where.service, end, where.region) : ofResource(id, where);
}

/** @throws AppError BAD_FILE when it has none of the forms above */
export function localArn(arn: unknown, where: Where): LocalArn {
  if (typeof arn === "string") {
    const found = ofText(arn);
    if (found) return found;
  }
  if (typeof arn === "object" && arn !== null) {
    const [[form = "", value] = []] = Object.entries(arn);
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    const [first, second] = list;
    if (form === "Fn::GetAtt" && typeof first === "string")
      return ofResource(first.split(".")[0] ?? "", where);
    if (form === "Ref" && typeof first === "string") return ofResource(first, where);
    if ((form === "Fn::Sub" || form === "Fn::ImportValue") && typeof first === "string")
      return ofEnd(first, where);
    if (form === "Fn::Join" && Array.isArray(second)) return ofJoin(first, second, where);
  }
  throw new AppError(
    "BAD_FILE",
    `serverless.yml, ${where.of}: the ARN ${JSON.stringify(arn)} cannot be resolved on this machine; it must be a text "arn:aws:...", Fn::GetAtt, Ref, Fn::Sub, Fn::Join or Fn::ImportValue`,
  );
}

/** A list of texts and references: the last of them says what it is. */
function ofJoin(separator: unknown, parts: readonly unknown[], where: Where): LocalArn {
  const last = parts.at(-1);
  if (typeof last !== "string") return localArn(last, where);
  return ofEnd(
    parts.map((part) => (typeof part === "string" ? part : "")).join(String(separator)),
    where,
  );
}
