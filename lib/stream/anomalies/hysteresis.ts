/**
 * Of which anomalies somebody is told. All of them are recorded; a message for each would be one a minute for as long as a
 * price stays away. So one is told at the beginning of an episode, and again only when it grows graver:
 *
 *   episode      anomalies of one symbol and type, until none was seen in 5 bars in a row, or for half an hour. A lower
 *                severity keeps it open, which is the release threshold: a volume that was six times the usual must come
 *                back below three times. The values of bars without an anomaly are not told, hence bars are counted.
 *                Five of one minute are as long as the cooldown, so what flickers around a limit is one episode; half an
 *                hour lets the next morning be another one, though no bar was seen in between.
 *   escalation   a higher severity than was told in the episode is told at once.
 *   cooldown     within five minutes of event time nothing of the same symbol and type is told that is not graver than
 *                what was told. What is not told uses nothing up: a low severity never silences a high one.
 *
 * The flag `alert` of the stream has a cooldown too, but cannot tell a critical anomaly from the high one before it. It is
 * asked only as long as nothing is remembered from before: then `false` says that somebody was told.
 */
import { AppError } from "../../errors.ts";
import { type AnomalyType, COOLDOWN_MS, isAlarming, type Severity } from "./rules.ts";

/** Bars in a row without the anomaly that end its episode. */
export const RELEASE_BARS = 5;
/** Time without the anomaly that ends its episode, bars or no bars. */
export const RELEASE_MS = 1_800_000;

export type Sighting = Readonly<{
  symbol: string;
  type: AnomalyType;
  severity: Severity;
  /** Length of the bar it was seen in. */
  sizeMs: number;
  /** End of that bar, ms since 1970. */
  endMs: number;
  /** As the stream has it. */
  alert: boolean;
}>;

/** A final bar. */
export type PassedBar = Readonly<{ symbol: string; sizeMs: number; endMs: number }>;

/** "told": it is to be delivered. Else why not. */
export type Told = "told" | "too_low" | "same_episode" | "cooldown";

type Episode = {
  lastMs: number;
  /** Bars of this length count. */
  sizeMs: number;
  /** End of the last bar that was counted. */
  barMs: number;
  absentBars: number;
  /** The gravest that was told; null while nothing was. */
  told: Severity | null;
};

type LastTold = Readonly<{ ms: number; severity: Severity }>;

/** By "type symbol". */
export type EpisodesState = Readonly<{
  /** The first event time that is remembered. */
  sinceMs: number | null;
  newestMs: number | null;
  episodes: Readonly<Record<string, Readonly<Episode>>>;
  told: Readonly<Record<string, LastTold>>;
}>;

const RANK: Readonly<Record<Severity, number>> = { low: 0, medium: 1, high: 2, critical: 3 };
const TYPES: readonly AnomalyType[] = ["price_spike", "volume_spike", "high_latency"];

const keyOf = (type: AnomalyType, symbol: string): string => `${type} ${symbol}`;

export class Episodes {
  readonly #least: number;
  readonly #episodes = new Map<string, Episode>();
  readonly #told = new Map<string, LastTold>();
  #sinceMs: number | null = null;
  #newestMs: number | null = null;

  /** @param least nothing below it is told; what is not high or critical never is */
  constructor(least: Severity = "high") {
    this.#least = RANK[isAlarming(least) ? least : "high"];
  }

  /** Takes an anomaly into its episode. Those of one symbol come in the order of their bars, each before its own bar. */
  sighted(sighting: Sighting): Told {
    const { symbol, type, severity, endMs, sizeMs } = sighting;
    const isYoung = this.#isYoung(endMs);
    this.#see(endMs);
    const key = keyOf(type, symbol);
    const known = this.#open(key, endMs);
    if (known === undefined && !isAlarming(severity)) return "too_low";
    const episode = known ?? { lastMs: endMs, sizeMs, barMs: endMs, absentBars: 0, told: null };
    if (known === undefined) this.#episodes.set(key, episode);
    episode.lastMs = Math.max(episode.lastMs, endMs);
    episode.absentBars = 0;
    if (RANK[severity] < this.#least) return "too_low";
    if (known === undefined && isYoung && !sighting.alert) episode.told = severity;
    if (episode.told !== null && RANK[episode.told] >= RANK[severity]) return "same_episode";
    if (this.#isCooling(key, severity, endMs)) return "cooldown";
    episode.told = severity;
    this.#told.set(key, { ms: endMs, severity });
    return "told";
  }

  /** Counts a bar for the episodes that it shows nothing of. A bar that was counted already, as a revision, changes nothing. */
  passed({ symbol, sizeMs, endMs }: PassedBar): void {
    this.#see(endMs);
    for (const type of TYPES) {
      const key = keyOf(type, symbol);
      const episode = this.#episodes.get(key);
      if (episode === undefined || episode.sizeMs !== sizeMs) continue;
      if (endMs <= Math.max(episode.lastMs, episode.barMs)) continue;
      episode.barMs = endMs;
      episode.absentBars++;
      if (episode.absentBars >= RELEASE_BARS) this.#episodes.delete(key);
    }
  }

  /** What still matters, as plain JSON. */
  exported(): EpisodesState {
    const newestMs = this.#newestMs ?? 0;
    return {
      sinceMs: this.#sinceMs,
      newestMs: this.#newestMs,
      episodes: Object.fromEntries(
        [...this.#episodes]
          .filter(([, { lastMs }]) => newestMs - lastMs <= RELEASE_MS)
          .map(([key, episode]) => [key, { ...episode }]),
      ),
      told: Object.fromEntries(
        [...this.#told].filter(([, { ms }]) => newestMs - ms < Math.max(COOLDOWN_MS, RELEASE_MS)),
      ),
    };
  }

  /**
   * Goes on where {@link exported} was called.
   *
   * @throws AppError DEGENERATE_INPUT when it is not such a state
   */
  static restored(state: EpisodesState, least: Severity = "high"): Episodes {
    demandState(state);
    const episodes = new Episodes(least);
    episodes.#sinceMs = state.sinceMs;
    episodes.#newestMs = state.newestMs;
    for (const [key, episode] of Object.entries(state.episodes)) {
      episodes.#episodes.set(key, { ...episode });
    }
    for (const [key, told] of Object.entries(state.told)) episodes.#told.set(key, told);
    return episodes;
  }

  #see(ms: number): void {
    this.#sinceMs ??= ms;
    this.#newestMs = Math.max(this.#newestMs ?? ms, ms);
  }

  /** Whether somebody may have been told, within a cooldown, of whom nothing is remembered. */
  #isYoung(ms: number): boolean {
    return this.#sinceMs === null || ms - this.#sinceMs < COOLDOWN_MS;
  }

  #open(key: string, endMs: number): Episode | undefined {
    const episode = this.#episodes.get(key);
    return episode && endMs - episode.lastMs <= RELEASE_MS ? episode : undefined;
  }

  #isCooling(key: string, severity: Severity, endMs: number): boolean {
    const last = this.#told.get(key);
    return (
      last !== undefined && RANK[last.severity] >= RANK[severity] && endMs - last.ms < COOLDOWN_MS
    );
  }
}

const isMs = (value: unknown): boolean => value === null || Number.isSafeInteger(value);
const isSeverity = (value: unknown): boolean => typeof value === "string" && value in RANK;

function demandState({ sinceMs, newestMs, episodes, told }: EpisodesState): void {
  const isWhole =
    isMs(sinceMs) &&
    isMs(newestMs) &&
    Object.values(episodes ?? { bad: {} }).every(
      (one) =>
        [one.lastMs, one.sizeMs, one.barMs, one.absentBars].every(Number.isSafeInteger) &&
        (one.told === null || isSeverity(one.told)),
    ) &&
    Object.values(told ?? { bad: {} }).every(
      ({ ms, severity }) => Number.isSafeInteger(ms) && isSeverity(severity),
    );
  if (isWhole) return;
  const message = "the state must have times in whole ms, episodes and severities";
  throw new AppError("DEGENERATE_INPUT", message, { since_ms: sinceMs, newest_ms: newestMs });
}
