/**
 * What is kept of a live connection that asked to be told of something: of what, as texts of which only the end that
 * tells knows the meaning. The JSON of a record is snake_case with an ISO instant.
 */
import { isKeyIdOrNull } from "./caller.ts";
import { CONNECTION_LIFE_MS, type Connection } from "./connection.ts";
import { instant, members } from "./stored.ts";

export type Subscriber = Pick<Connection, "id" | "keyId" | "connectedMs">;

export type Subscription = Subscriber &
  Readonly<{
    /** Sorted, none twice. */
    topics: readonly string[];
  }>;

export const subscriptionText = ({ keyId, connectedMs, topics }: Subscription): string =>
  JSON.stringify({ key_id: keyId, connected_at: new Date(connectedMs).toISOString(), topics });

/** A subscription as it was stored under the id of its connection; `undefined` for anything that is not whole. */
export function subscriptionOf(id: string, text: string): Subscription | undefined {
  const { key_id: keyId, connected_at, topics } = members(text) ?? {};
  const connectedMs = instant(connected_at);
  const isWhole = isKeyIdOrNull(keyId) && Number.isFinite(connectedMs) && areTexts(topics);
  return isWhole ? { id, keyId, connectedMs, topics } : undefined;
}

const areTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");

/** Whether the gateway has ended its connection, told or not. */
export const isOver = ({ connectedMs }: Subscriber, nowMs: number): boolean =>
  nowMs >= connectedMs + CONNECTION_LIFE_MS;
