/** Readers of the small files: who the securities are, what happened to them, when files were captured. */
import type { FileOrPath } from "./input-file.ts";
import { instantMs } from "./new-york.ts";
import { BAD_NUMBER, dayOf, numberOf } from "./numbers.ts";
import type { Capture, CorporateAction, Fault, SecurityRecord, TickerChange } from "./rows.ts";
import { type Read, readTable, type TableRow } from "./table.ts";
import { tickerOf } from "./tickers.ts";

export const FIRST_DAY = 19000101;
/** The `validTo` of a record that still holds. */
export const LAST_DAY = 99991231;

const SECURITY_TYPES = new Set([
  "common",
  "adr",
  "preferred_or_debt",
  "unit_warrant_right",
  "fund",
  "when_issued",
]);

/** The number of a company at the SEC; its own files write it with leading zeros. */
const CIK = /^\d{0,10}$/;
const CIK_DIGITS = 10;

const SECURITIES_HEADERS = [
  [
    "ticker",
    "valid_from",
    "valid_to",
    "exchange?",
    "name?",
    "country?",
    "security_type?",
    "issuer?",
    "primary_line?",
    "cik?",
  ],
  [
    "symbol",
    "valid_from",
    "valid_to",
    "exchange",
    "name",
    "country",
    "security_type",
    "country_resolved",
    "primary_line",
  ],
];

/**
 * Security records in our own form (blank valid_from and valid_to = always) or as the screener's security master,
 * whose country_resolved is the country.
 *
 * @throws AppError BAD_FILE
 */
export function readSecurities(file: FileOrPath): Promise<Read<SecurityRecord>> {
  return readTable(file, SECURITIES_HEADERS, (row, header): SecurityRecord | Fault => {
    const ticker = tickerOf(row(header === 0 ? "ticker" : "symbol"));
    if (ticker === undefined) return badTicker;
    const validFrom = row("valid_from") === "" ? FIRST_DAY : dayOf(row("valid_from"));
    const validTo = row("valid_to") === "" ? LAST_DAY : dayOf(row("valid_to"));
    if (validFrom === 0 || validTo === 0) return badDate;
    if (validTo < validFrom) {
      return badRecord(`valid_to ${validTo} is before valid_from ${validFrom}`);
    }
    const [securityType, primary, cik] = [row("security_type"), row("primary_line"), row("cik")];
    const wrong = faultIn(securityType, primary, cik);
    if (wrong !== undefined) return badRecord(wrong);
    return {
      ticker,
      validFrom,
      validTo,
      exchange: textOrNull(row("exchange")),
      name: textOrNull(row("name")),
      country: textOrNull(row(header === 0 ? "country" : "country_resolved")),
      securityType: textOrNull(securityType),
      issuer: textOrNull(row("issuer")),
      primaryLine: primary === "" ? null : primary === "1" ? 1 : 0,
      cik: cik === "" ? null : cik.padStart(CIK_DIGITS, "0"),
    };
  });
}

/** What no record says, in words; blanks are left out and right. */
function faultIn(securityType: string, primaryLine: string, cik: string): string | undefined {
  if (securityType !== "" && !SECURITY_TYPES.has(securityType)) {
    return `security_type must be one of ${[...SECURITY_TYPES].join(", ")}, was "${securityType}"`;
  }
  if (!["", "0", "1"].includes(primaryLine)) {
    return `primary_line must be 1, 0 or blank, was "${primaryLine}"`;
  }
  return CIK.test(cik) ? undefined : `cik must be 1 to 10 digits or blank, was "${cik}"`;
}

export type ActionsFile = Readonly<{ actions: CorporateAction[]; changes: TickerChange[] }> &
  Pick<Read<never>, "rejected">;

const ACTIONS_HEADERS = [
  ["date", "ticker", "action", "value", "new_ticker?"],
  ["date", "symbol", "action", "value", "source"],
];

/**
 * Corporate actions and renames. split: new shares per old; spinoff (spinoff_factor): price factor above 1;
 * dividend: USD per post-split share; delisting: final price, 0 for a bankruptcy; symbol_change: new_ticker.
 *
 * @throws AppError BAD_FILE
 */
export async function readActions(file: FileOrPath): Promise<ActionsFile> {
  const { rows, rejected } = await readTable(file, ACTIONS_HEADERS, parseAction);
  return {
    actions: rows.filter((row) => "action" in row),
    changes: rows.filter((row) => "oldTicker" in row),
    rejected,
  };
}

const RULES: Record<CorporateAction["action"], [(value: number) => boolean, string]> = {
  split: [(value) => value > 0, "new shares per old share, above 0"],
  spinoff: [(value) => value > 1, "a price factor above 1"],
  dividend: [(value) => value > 0, "USD per share, above 0"],
  delisting: [(value) => value >= 0, "a final price of 0 or more"],
};

const isAction = (text: string): text is CorporateAction["action"] => Object.hasOwn(RULES, text);

function parseAction(row: TableRow, header: number): CorporateAction | TickerChange | Fault {
  const date = actionDay(row("date"));
  if (date === 0) return badDate;
  const ticker = tickerOf(row(header === 0 ? "ticker" : "symbol"));
  if (ticker === undefined) return badTicker;
  const written = row("action").toLowerCase();
  if (written === "symbol_change" && header === 0) {
    return tickerChange(date, ticker, row("new_ticker"), "");
  }
  const action = written === "spinoff_factor" ? "spinoff" : written;
  if (!isAction(action)) {
    return {
      reason: "BAD_ACTION",
      detail: `action must be split, spinoff, dividend, delisting or symbol_change, was "${written}"`,
    };
  }
  const value = numberOf(row("value"));
  if (value === BAD_NUMBER || Number.isNaN(value)) {
    return { reason: "BAD_NUMBER", detail: `value must be a number, was "${row("value")}"` };
  }
  const [isRight, meaning] = RULES[action];
  if (!isRight(value)) {
    return {
      reason: "BAD_ACTION",
      detail: `the value of a ${action} is ${meaning}; it was ${value}`,
    };
  }
  return { date, ticker, action, value };
}

/** Renames: effective_date,old_symbol,new_symbol,name. @throws AppError BAD_FILE */
export function readSymbolChanges(file: FileOrPath): Promise<Read<TickerChange>> {
  return readTable(file, [["effective_date", "old_symbol", "new_symbol", "name?"]], (row) => {
    const date = actionDay(row("effective_date"));
    if (date === 0) return badDate;
    const oldTicker = tickerOf(row("old_symbol"));
    if (oldTicker === undefined) return badTicker;
    return tickerChange(date, oldTicker, row("new_symbol"), row("name"));
  });
}

function tickerChange(
  date: number,
  oldTicker: string,
  written: string,
  name: string,
): TickerChange | Fault {
  const newTicker = tickerOf(written);
  if (newTicker === undefined) return badTicker;
  if (newTicker === oldTicker) {
    return { reason: "BAD_ACTION", detail: `"${oldTicker}" is renamed to itself` };
  }
  return { date, oldTicker, newTicker, name: textOrNull(name) };
}

/** When each file was taken: session_date,exchange,captured_at_utc,rows. @throws AppError BAD_FILE */
export function readCaptures(file: FileOrPath): Promise<Read<Capture>> {
  return readTable(file, [["session_date", "exchange", "captured_at_utc", "rows"]], (row) => {
    const session = dayOf(row("session_date"));
    if (session === 0) return badDate;
    const capturedAt = row("captured_at_utc");
    if (Number.isNaN(instantMs(capturedAt))) {
      return { reason: "BAD_DATE", detail: `"${capturedAt}" is no instant with an offset` };
    }
    const rows = numberOf(row("rows"));
    if (!Number.isInteger(rows) || rows < 0) {
      return { reason: "BAD_NUMBER", detail: `rows must be a whole number, was "${row("rows")}"` };
    }
    return { session, exchange: row("exchange"), capturedAt, rows };
  });
}

/** Several files of one kind as one. */
export async function readAll<T>(
  files: readonly FileOrPath[],
  read: (file: FileOrPath) => Promise<Read<T>>,
): Promise<Read<T>> {
  const parts: Read<T>[] = [];
  for (const file of files) parts.push(await read(file));
  return {
    rows: parts.flatMap((part) => part.rows),
    rejected: parts.flatMap((part) => part.rejected),
  };
}

const badRecord = (detail: string): Fault => ({ reason: "BAD_RECORD", detail });
const badDate: Fault = { reason: "BAD_DATE", detail: "a date is no day of the form YYYY-MM-DD" };
const badTicker: Fault = {
  reason: "BAD_TICKER",
  detail: "a ticker is blank, longer than 20 characters or no symbol",
};

/** Events of other centuries are misprints. */
function actionDay(text: string): number {
  const day = dayOf(text);
  return day >= FIRST_DAY && day <= 21001231 ? day : 0;
}

const textOrNull = (text: string) => (text === "" ? null : text);
