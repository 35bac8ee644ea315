/**
 * Alerts as JSON to anybody's address, one POST each. With a secret each try is signed: the header
 * `x-equipoise-signature` is `v1=` and the hex HMAC-SHA256, under the secret, of the seconds in
 * `x-equipoise-timestamp`, a full stop and the body. `idempotency-key` is the id of the alert.
 */
import { createHmac } from "node:crypto";
import type { Alert, AlertSink } from "../ports.ts";
import { type PostOptions, poster } from "./webhook-post.ts";

export type WebhookOptions = PostOptions & Readonly<{ secret?: string | undefined }>;

export function webhookSink(options: WebhookOptions): AlertSink {
  const { secret, nowMs = Date.now } = options;
  const post = poster(options);
  return {
    name: "webhook",
    most: 1,
    deliver: ([alert], budgetMs) => {
      const body = webhookBody(alert!);
      const headers = () => {
        const timestamp = String(Math.floor(nowMs() / 1000));
        return {
          "idempotency-key": alert!.id,
          "x-equipoise-timestamp": timestamp,
          ...(secret && { "x-equipoise-signature": signature(secret, timestamp, body) }),
        };
      };
      return post(body, headers, budgetMs);
    },
  };
}

export const webhookBody = ({ type, says, ...alert }: Alert): string =>
  JSON.stringify({ event: "anomaly", ...alert, type, text: says });

export const signature = (secret: string, timestamp: string, body: string): string =>
  `v1=${createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex")}`;
