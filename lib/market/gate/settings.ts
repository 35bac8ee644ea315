/**
 * Thresholds of the quality gate. The evidence behind them: 733 captures of 1,546 names in 2021-2023 and of all 7,885
 * names in the last quarter of 2023 (docs/gate.md).
 */
export type GateSettings = Readonly<{
  /** A change of implied shares beyond this factor, up or down, is not believed at once. */
  jumpFactor: number;
  /** Sessions an odd new number of shares must be delivered before it is believed: mergers, issues, conversions. */
  plainSessions: number;
  /** The same for a number that looks like a fault: a multiple of the old one, or a jump beyond `wildFactor`. */
  suspectSessions: number;
  wildFactor: number;
  /** Sessions after which the number of shares of a new name counts as known; before, as many confirm another. */
  knownSessions: number;
  /** How far the number delivered may move from session to session and still be the same, as a fraction. */
  flatness: number;
  /** Sessions without a row after which a name counts as new. */
  absentSessions: number;
  /** Sessions on which a missing market cap is filled in, in a row. */
  capAbsentSessions: number;
  /** Fraction of an exchange's rows with an unchanged close from which its file is stale. */
  staleShare: number;
  /** Fraction with an unchanged close and volume from which its file is partly an old one. */
  laggingShare: number;
  /** Fraction of net changes that contradict the closes from which none of the exchange is used. */
  contradictedShare: number;
  /** Fraction of an exchange's names without a row from which it is worth a finding, and from which it fails. */
  thinShare: number;
  missingShare: number;
  /** Fewer rows than this prove nothing about a file. */
  fileRows: number;
  /** Names with at least this market cap, USD, are named when they have no row. */
  largeCap: number;
}>;

export const DEFAULTS: GateSettings = {
  jumpFactor: 1.4,
  plainSessions: 5,
  suspectSessions: 80,
  wildFactor: 2.65,
  knownSessions: 10,
  flatness: 0.05,
  absentSessions: 5,
  capAbsentSessions: 20,
  staleShare: 0.5,
  laggingShare: 0.25,
  contradictedShare: 0.3,
  thinShare: 0.05,
  missingShare: 0.5,
  fileRows: 20,
  largeCap: 30e9,
};

/**
 * Stored sessions the gate must be told of ({@link Gate.prime}) to go on as if it had judged all before. A number of
 * shares is refused for at most 80 sessions; before that its name was known for 10, with gaps of up to 5.
 */
export const HISTORY_SESSIONS = 100;
