/** An exchange's file of one session as a whole: is it of this session, is it complete, are its net changes right? */
import { isoDay } from "../../time.ts";
import type { Memory } from "./memory.ts";
import type { GateSettings } from "./settings.ts";
import type { DayFinding, GateDay, GateFacts } from "./types.ts";

/** Counts of one exchange. */
type Tally = {
  rows: number;
  /** Rows with a row of the name on one of the last sessions. */
  compared: number;
  unchanged: number;
  lagging: number;
  /** Net changes, and those that contradict the close before. */
  netChanges: number;
  contradicted: number;
  /** Names with a row on one of the last sessions, and those without one today. */
  expected: number;
  absent: number;
  /** The large ones among them. */
  large: number[];
};

const emptyTally = (): Tally => ({
  rows: 0,
  compared: 0,
  unchanged: 0,
  lagging: 0,
  netChanges: 0,
  contradicted: 0,
  expected: 0,
  absent: 0,
  large: [],
});

export type Survey = Readonly<{
  findings: DayFinding[];
  failed: number[];
  /** Whether a name comes more than once. */
  hasDuplicates: boolean;
  /** By exchange: whether its net changes can be used. */
  isNetTrusted: readonly boolean[];
}>;

/** Looks at all rows of a session before any is judged. */
export function survey(
  day: GateDay,
  memory: Memory,
  settings: GateSettings,
  facts: GateFacts,
): Survey {
  const tallies: Tally[] = Array.from({ length: Math.max(1, facts.exchanges.length) }, emptyTally);
  let hasDuplicates = false;
  for (let row = 0; row < day.count; row++) {
    const symbol = day.symbol[row]!;
    memory.meet(symbol);
    if (memory.seen[symbol] === memory.session) hasDuplicates = true;
    memory.seen[symbol] = memory.session;
    count(day, row, memory, tallies);
  }
  countAbsent(day.date, memory, settings, facts, tallies);
  const findings = tallies.flatMap((tally, exchange) =>
    findingsOf(exchange, tally, memory, settings, facts),
  );
  const failures = findings.filter(({ isFailure }) => isFailure);
  return {
    findings,
    failed: [...new Set(failures.map(({ exchange }) => exchange))],
    hasDuplicates,
    isNetTrusted: tallies.map((tally) => !areNetChangesWrong(tally, settings)),
  };
}

function count(day: GateDay, row: number, memory: Memory, tallies: readonly Tally[]): void {
  const symbol = day.symbol[row]!;
  const exchange = day.exchange[row]!;
  if (exchange !== 0) memory.exchange[symbol] = exchange;
  const tally = tallies[exchange]!;
  tally.rows++;
  if (!memory.isRecent(symbol)) return;
  const close = day.close[row]!;
  const previous = memory.close[symbol]!;
  tally.compared++;
  if (close === previous) {
    tally.unchanged++;
    const volume = day.volume[row]!;
    if (volume > 0 && volume === memory.volume[symbol]) tally.lagging++;
  }
  const gap = Math.abs(close - day.netChange[row]! - previous);
  if (!(gap >= 0)) return;
  tally.netChanges++;
  if (gap > Math.max(0.011, 0.001 * previous)) tally.contradicted++;
}

function countAbsent(
  date: number,
  memory: Memory,
  { largeCap }: GateSettings,
  { isOwed = () => true }: GateFacts,
  tallies: readonly Tally[],
): void {
  for (let symbol = 1; symbol <= memory.symbols; symbol++) {
    if (!memory.isRecent(symbol)) continue;
    const isHere = memory.seen[symbol] === memory.session;
    if (!isHere && !isOwed(symbol, date)) continue;
    const tally = tallies[memory.exchange[symbol]!]!;
    tally.expected++;
    if (isHere) continue;
    tally.absent++;
    if (memory.shares[symbol]! * memory.close[symbol]! >= largeCap) tally.large.push(symbol);
  }
  // Stored days may not say the exchange: then only names without a row today are left here.
  const unknown = tallies[0]!;
  if (unknown.rows === 0)
    unknown.expected = tallies.reduce((sum, { expected }) => sum + expected, 0);
}

/** Fewer than this many net changes prove nothing. */
const FEWEST_NET_CHANGES = 8;
/** Names of an exchange whose complete absence is no chance. */
const FEWEST_NAMES = 5;

/** Of all names, when it is not known on which exchange those without a row were. */
const ORPHANS_SHARE = 0.2;

function isMissing(
  exchange: number,
  { rows, expected, absent }: Tally,
  { fileRows, missingShare }: GateSettings,
): boolean {
  if (exchange === 0 && rows === 0) {
    return absent >= fileRows && absent >= ORPHANS_SHARE * expected;
  }
  const isEmpty = rows === 0 && expected >= FEWEST_NAMES;
  return isEmpty || (expected >= fileRows && absent >= missingShare * expected);
}

const areNetChangesWrong = (tally: Tally, { contradictedShare }: GateSettings): boolean =>
  tally.netChanges >= FEWEST_NET_CHANGES &&
  tally.contradicted >= contradictedShare * tally.netChanges;

function findingsOf(
  exchange: number,
  tally: Tally,
  memory: Memory,
  settings: GateSettings,
  facts: GateFacts,
): DayFinding[] {
  const { fileRows, staleShare, laggingShare, thinShare } = settings;
  const found: DayFinding[] = [];
  const add = (reason: string, detail: string, isFailure = false) =>
    found.push({ exchange, reason, detail, isFailure });
  const { compared, unchanged, lagging, expected, absent } = tally;
  if (isMissing(exchange, tally, settings)) {
    add("missing_exchange", `${absent} of ${expected} names have no row`, true);
  } else if (compared >= fileRows && unchanged >= staleShare * compared) {
    const repeats = `${lagging} with the same volume`;
    add("stale_file", `${unchanged} of ${compared} closes are those before, ${repeats}`, true);
  } else if (compared >= fileRows && lagging >= laggingShare * compared) {
    add("lagging_file", `${lagging} of ${compared} rows repeat close and volume`, true);
  }
  if (found.length > 0) return found;
  if (expected >= 5 * fileRows && absent >= thinShare * expected) {
    add("thin_exchange", `${absent} of ${expected} names have no row`);
  }
  if (areNetChangesWrong(tally, settings)) {
    const since = memory.previousDate === 0 ? "" : ` of ${isoDay(memory.previousDate)}`;
    const share = `${tally.contradicted} of ${tally.netChanges} net changes`;
    add("net_change_disagrees", `${share} contradict the stored closes${since}; none is used`);
  }
  if (tally.large.length > 0) add("symbol_missing", absentWords(tally.large, memory, facts));
  return found;
}

const absentWords = (symbols: readonly number[], memory: Memory, facts: GateFacts): string =>
  symbols
    .map((symbol) => {
      const cap = (memory.shares[symbol]! * memory.close[symbol]!) / 1e9;
      const last = isoDay(memory.lastDate[symbol]!);
      return `${facts.tickerOf(symbol)} (last ${last}, USD ${cap.toFixed(0)} bn)`;
    })
    .join(", ");
