/** What a source of a market gives: rows as a stream, the facts beside them, and what could not be had. */

/** Rows of a source in columns, in file order. Days are YYYYMMDD; NaN stands for a value the source left out. */
export type DailyBatch = Readonly<{
  file: string;
  count: number;
  line: Int32Array;
  date: Int32Array;
  ticker: readonly string[];
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: Float64Array;
  marketCap: Float64Array;
  /** USD against the vendor's own previous close, which it adjusts for splits; NaN = left out. */
  netChange?: Float64Array;
  /** Where each row was listed, as the source names it. */
  exchange?: readonly string[];
}>;

/** A row that was refused, with where it stands and why. */
export type RejectedRow = Readonly<{
  file: string;
  line: number;
  reason: string;
  detail: string;
  raw: string;
  date?: number | null;
  ticker?: string | null;
}>;

/** What a security was between two days, both included. */
export type SecurityRecord = Readonly<{
  ticker: string;
  validFrom: number;
  validTo: number;
  exchange: string | null;
  name: string | null;
  country: string | null;
  securityType: string | null;
  issuer: string | null;
  primaryLine: 0 | 1 | null;
  /** The company's number at the SEC, ten digits, where the source says it. */
  cik?: string | null;
}>;

/** A security on a list that shows a market as it stands on one day. */
export type SeenListing = Readonly<{
  ticker: string;
  /** YYYYMMDD. */
  day: number;
  exchange: string | null;
  /** "Alphabet Inc. Class A Common Stock"; null = left blank, as the country. */
  name: string | null;
  country: string | null;
  /** Whether it was asked for. The others are here because what a line is follows from its sisters. */
  isWanted: boolean;
}>;

export type CorporateAction = Readonly<{
  date: number;
  ticker: string;
  action: "split" | "spinoff" | "dividend" | "delisting";
  value: number;
}>;

export type TickerChange = Readonly<{
  date: number;
  oldTicker: string;
  newTicker: string;
  name: string | null;
}>;

/** Shares outstanding of a security, as somebody told them. */
export type SharesFact = Readonly<{
  ticker: string;
  /** The day the number is of (YYYYMMDD); it stands on the split basis of that day. */
  effectiveDate: number;
  /** The first day anybody could know it: of the filing, of the capture. */
  knownAt: number;
  shares: number;
  /** Who said it and where: "sec-edgar 10-Q 0000320193-23-000064". */
  source: string;
}>;

/** What a source can be asked for. */
export type SourceCapabilities = Readonly<{
  dailyBars: boolean;
  marketCap: boolean;
  sharesOutstanding: boolean;
  corporateActions: boolean;
  universe: boolean;
  /** The first day it has, YYYYMMDD; `null` when it does not say. */
  since: number | null;
  requestsPerMinute: number | null;
  /** The setting that holds its key; `null` when it asks for none. */
  keySetting: string | null;
}>;

/** Something a source was asked for and could not give; the rest of what it gave stands. */
export type SourceFailure = Readonly<{
  ticker: string | null;
  date: number | null;
  /** Code of the error, such as DEPENDENCY_DOWN. */
  reason: string;
  detail: string;
}>;

/** When a vendor's file was taken. */
export type Capture = Readonly<{
  session: number;
  exchange: string;
  capturedAt: string;
  rows: number;
}>;

/** A market to be ingested: small facts at once, rows as a stream. */
export type MarketSource = Readonly<{
  name: string;
  kind: "simulated" | "real";
  /** Whether each row says only what was known on its own day. */
  isPointInTime: boolean;
  capabilities?: SourceCapabilities;
  /** The tickers it was asked for; all of the market, when omitted. */
  asked?: readonly string[];
  facts: () => Promise<
    Readonly<{
      securities: readonly SecurityRecord[];
      /** Who is listed, where the source tells it of a day and not of a past; counts from that day on. */
      listings?: readonly SeenListing[];
      actions: readonly CorporateAction[];
      changes: readonly TickerChange[];
      captures: readonly Capture[];
      shares?: readonly SharesFact[];
      /** Lines of these small files that were refused. */
      rejected: readonly RejectedRow[];
    }>
  >;
  /** What makes a simulation this one and no other; its rows mix with no others. */
  origin?: Readonly<Record<string, string | number>>;
  /** The files that can be read one by one, in order; a source without them is read in one go. */
  files?: readonly string[];
  /** Changes whenever what the files say may have changed. */
  print?: string;
  /** Accepted rows, of one file when its number is given; `reject` receives the others while the stream is read. */
  rows: (reject: (row: RejectedRow) => void, file?: number) => AsyncIterable<DailyBatch>;
  /** Input size for a progress display: bytes or sessions, whatever `progress` of a batch counts in. */
  totalUnits: number;
  /** Units read so far. */
  doneUnits: () => number;
  /** What could not be had, known once facts and rows were read. */
  failures?: () => readonly SourceFailure[];
}>;
