/** Reads the members of a request, and refuses what is not as the API's model says, in the words of Kinesis. */
import { KinesisFailure } from "./failure.ts";
import type { Stream } from "./stream.ts";
import type { Streams } from "./streams.ts";

export type Input = Readonly<Record<string, unknown>>;

const NAME = /^[a-zA-Z0-9_.-]{1,128}$/;
const ARN = /^arn:aws[\w-]*:kinesis:[^:]*:\d{12}:stream\/([a-zA-Z0-9_.-]{1,128})$/;

export const invalid = (message: string) => new KinesisFailure("InvalidArgumentException", message);

/** "StreamName" is told as 'streamName', as Kinesis does. */
export function constraint(member: string, rule: string, value?: unknown): KinesisFailure {
  const shown = value === undefined ? "Value" : `Value '${String(value)}'`;
  const name = member.charAt(0).toLowerCase() + member.slice(1);
  return new KinesisFailure(
    "ValidationException",
    `1 validation error detected: ${shown} at '${name}' failed to satisfy constraint: ${rule}`,
  );
}

const wrongType = (member: string, wanted: string) =>
  new KinesisFailure("SerializationException", `${member} must be a ${wanted}`);

/** A text that matches, or `undefined` when there is none. */
export function text(input: Input, member: string, pattern?: RegExp): string | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw wrongType(member, "string");
  if (pattern && !pattern.test(value))
    throw constraint(
      member,
      `Member must satisfy regular expression pattern: ${pattern.source}`,
      value,
    );
  return value;
}

export function needed<T>(value: T | undefined, member: string): T {
  if (value === undefined) throw constraint(member, "Member must not be null");
  return value;
}

/** A whole number in a range, or `undefined` when there is none. */
export function whole(input: Input, member: string, min: number, max: number): number | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value)) throw wrongType(member, "integer");
  if (value < min)
    throw constraint(member, `Member must have value greater than or equal to ${min}`, value);
  if (value > max)
    throw constraint(member, `Member must have value less than or equal to ${max}`, value);
  return value;
}

/** One of some words. */
export function word<Word extends string>(
  input: Input,
  member: string,
  words: readonly Word[],
): Word | undefined {
  const value = text(input, member);
  const known = words.find((one) => one === value);
  if (value !== undefined && known === undefined)
    throw constraint(
      member,
      `Member must satisfy enum value set: [${[...words].sort().join(", ")}]`,
      value,
    );
  return known;
}

/** Bytes, which travel as base64. */
export function blob(input: Input, member: string): Buffer {
  const value = needed(text(input, member), member);
  const bytes = Buffer.from(value, "base64");
  const padding = value.endsWith("==") ? 2 : value.endsWith("=") ? 1 : 0;
  // Buffer leaves out what is no base64; so little came out only when something was.
  if (value.length % 4 !== 0 || bytes.length !== (value.length / 4) * 3 - padding)
    throw new KinesisFailure("SerializationException", `${member} must be base64`);
  return bytes;
}

/** The name of a new stream. */
export const newName = (input: Input): string =>
  needed(text(input, "StreamName", NAME), "StreamName");

/** The name that a request gives, by itself or in an ARN. */
export function streamName(input: Input): string | undefined {
  const arn = text(input, "StreamARN");
  if (arn === undefined) return text(input, "StreamName", NAME);
  const [, name] = ARN.exec(arn) ?? [];
  if (name === undefined)
    throw constraint(
      "StreamARN",
      `Member must satisfy regular expression pattern: ${ARN.source}`,
      arn,
    );
  return name;
}

/** @throws KinesisFailure ResourceNotFoundException, InvalidArgumentException when none is named */
export function namedStream(streams: Streams, input: Input): Stream {
  const name = streamName(input);
  if (name === undefined) throw invalid("Either StreamName or StreamARN should be provided.");
  return streams.find(name);
}
