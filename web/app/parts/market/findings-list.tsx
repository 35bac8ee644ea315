/** What was out of the ordinary with a symbol, the newest first. */
import { number, percent, words } from "../../data/format.ts";
import type { Finding } from "../../data/market/findings.ts";
import type { Series } from "../../data/market/series.ts";
import { useSignal } from "../../data/signal.ts";
import { Nothing } from "../state.tsx";
import { dayOf, secondOf } from "./new-york.ts";

const TONES: Readonly<Record<string, string>> = {
  critical: "loss",
  high: "loss",
  medium: "warn",
};

export function FindingsList({ series }: Readonly<{ series: Series }>) {
  const findings = useSignal(series.findings);
  const { isLoading } = useSignal(series.loading);
  return (
    <section aria-label="Anomalies">
      <h2>Anomalies of {series.symbol}</h2>
      {findings.length === 0 && !isLoading && <Nothing>Nothing out of the ordinary.</Nothing>}
      {findings.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long list is moved through by keys too
        <section className="findings" aria-label="List of anomalies" tabIndex={0}>
          <ul>
            {findings.map((finding) => (
              <One key={`${finding.time} ${finding.window} ${finding.type}`} finding={finding} />
            ))}
          </ul>
        </section>
      )}
    </section>
  );
}

function One({ finding }: Readonly<{ finding: Finding }>) {
  const { type, severity, window, time } = finding;
  const ms = Date.parse(time);
  return (
    <li>
      <time dateTime={time} title={dayOf(ms)}>
        {secondOf(ms)}
      </time>
      <span className={`badge ${TONES[severity] ?? ""}`}>{severity}</span>
      <span>
        {words(type)} <span className="dim">{window}</span>
      </span>
      <span className="finding-value">{told(finding)}</span>
    </li>
  );
}

function told({ type, value, threshold }: Finding): string {
  if (type === "price_spike") return `${percent(value)} (over ${percent(threshold)})`;
  if (type === "volume_spike") return `${number(value, 1)} × (over ${number(threshold, 1)} ×)`;
  if (type === "high_latency") return `${number(value, 0)} ms (over ${number(threshold, 0)} ms)`;
  return `${number(value, 1)} (${type === "rsi_oversold" ? "under" : "over"} ${number(threshold, 0)})`;
}
