/** Alerts in a channel of Slack, by an incoming webhook: https://api.slack.com/messaging/webhooks. */
import type { Alert, AlertSink } from "../ports.ts";
import { type PostOptions, poster } from "./webhook-post.ts";

/** One message a second is what Slack takes, so what comes at once goes as one. Fifty blocks are the most it shows. */
const MOST_TOGETHER = 20;
/** Slack cuts a section at 3,000 letters. */
const MOST_LETTERS = 300;

export function slackSink(options: PostOptions): AlertSink {
  const post = poster(options);
  return {
    name: "slack",
    most: MOST_TOGETHER,
    deliver: (alerts, budgetMs) => post(JSON.stringify(slackMessage(alerts)), () => ({}), budgetMs),
  };
}

const MARK: Readonly<Record<string, string>> = {
  critical: ":red_circle:",
  high: ":large_orange_circle:",
};

/** `text` is what notifications show, `blocks` what the channel does. */
export const slackMessage = (alerts: readonly Alert[]) => ({
  text: alerts.length === 1 ? escaped(alerts[0]!.says) : summary(alerts),
  blocks: alerts.flatMap(({ severity, says, time, id }) => [
    {
      type: "section",
      text: { type: "mrkdwn", text: `${MARK[severity] ?? ":bell:"} *${escaped(says)}*` },
    },
    { type: "context", elements: [{ type: "mrkdwn", text: `${time} · ${id}` }] },
  ]),
});

function summary(alerts: readonly Alert[]): string {
  const symbols = [...new Set(alerts.map(({ symbol }) => symbol))].join(", ");
  return escaped(`${alerts.length} anomalies: ${symbols}`);
}

/** Slack's three control letters; a symbol may hold any of them. */
const escaped = (text: string): string =>
  text
    .slice(0, MOST_LETTERS)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
