/**
 * What each call takes and answers. Written by `npm run generate` from the API document: change the schemas in
 * lib/schemas/, not this file.
 */

export type AddPortfolioAnswer = PortfolioAnswer;

export type AddPortfolioRequest = Readonly<{
  /** Id of a portfolio. One is made when omitted. */
  id?: string | undefined;
  /** What its owner calls it. Default: "". */
  name?: string | undefined;
  /** Annual interest rate that options are valued with, continuously compounded, a fraction. Default: 0. */
  rate?: number | undefined;
  /** Annual yields that options are valued with, by their underlying; 0 for others. Default: {}. */
  dividend_yields?: Readonly<Record<string, number>> | undefined;
  /** What is held, at least one and at most 1,000. */
  positions: readonly (
    | Readonly<{
        kind: "stock";
        symbol: string;
        quantity: number;
      }>
    | Readonly<{
        kind: "option";
        underlying: string;
        option: "call" | "put";
        style: "european" | "american";
        strike: number;
        expiry: string;
        quantity: number;
        /** Default: 100. */
        multiplier?: number | undefined;
        implied_volatility: number;
      }>
    | Readonly<{
        kind: "index";
        index: string;
        quantity: number;
      }>
  )[];
}>;

export type AggregatedBarsAnswer = StreamBarsAnswer;

export type AggregatedBarsPath = Readonly<{
  /** A symbol of the stream, in full. */
  symbol: string;
}>;

export type AggregatedBarsQuery = Readonly<{
  /** Length of the windows: `1min`, `5min`, `15min`, or any that windows of a stored length fill, like `10min`. Default: "1min". */
  window?: string | undefined;
  /** Windows that begin at or after this instant. */
  start?: string | undefined;
  /** Windows that begin before this instant. */
  end?: string | undefined;
  /** Bars in one answer; counts for nothing beside `points`. Default: 1000. */
  limit?: number | undefined;
  /** The `next` of the answer before. */
  cursor?: string | undefined;
  /** Bars for the whole range at most: whole windows are merged until so few are left. */
  points?: number | undefined;
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

export type AmendOrderAnswer = OrderChangeAnswer;

export type AmendOrderPath = Readonly<{
  /** Id of an order. */
  id: string;
}>;

export type AmendOrderRequest = Readonly<{
  /** The new limit, USD; the old one when omitted. */
  price?: string | undefined;
  /** The new **whole** size, what is filled already included; the old one when omitted. */
  quantity?: string | undefined;
}>;

export type AnomaliesAnswer = Readonly<{
  /** Newest first. */
  anomalies: readonly Readonly<{
    symbol: string;
    type: "price_spike" | "volume_spike" | "rsi_overbought" | "rsi_oversold" | "high_latency";
    severity: "low" | "medium" | "high" | "critical";
    /** Length of the window. */
    window: string;
    /** End of the bar. */
    time: string;
    /** price_spike: fraction from the baseline; volume_spike: multiple of it; rsi_*: the RSI; high_latency: ms. */
    value: number;
    /** What it was measured against. */
    baseline: number | null;
    /** What the value had to exceed. */
    threshold: number;
    /** Whether somebody was to be told. */
    alert: boolean;
  }>[];
  /** `cursor` of the next page; null on the last one. */
  next: string | null;
  meta: StreamMeta;
}>;

export type AnomaliesQuery = Readonly<{
  /** Only of this symbol. */
  symbol?: string | undefined;
  /** Only of this kind. */
  type?:
    | "price_spike"
    | "volume_spike"
    | "rsi_overbought"
    | "rsi_oversold"
    | "high_latency"
    | undefined;
  /** Only of this severity. */
  severity?: "low" | "medium" | "high" | "critical" | undefined;
  /** Bars that end at or after this instant. */
  start?: string | undefined;
  /** Bars that end before this instant. */
  end?: string | undefined;
  /** Anomalies in one answer. Default: 200. */
  limit?: number | undefined;
  /** The `next` of the answer before. */
  cursor?: string | undefined;
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

export type ApiDocumentAnswer = OpenApiDocument;

export type AttributionAnswer = Readonly<{
  /** Id of the index. */
  index: string;
  date: string;
  /** The close at which the members were chosen; null on the base day. */
  previous_date: string | null;
  /** Fraction of the close before; null on the base day. */
  daily_return: number | null;
  /** From best to worst. */
  contributions: readonly Readonly<{
    ticker: string;
    /** Of the security; null when no record names it. */
    name: string | null;
    /** After the close before. */
    weight: number;
    daily_return: number;
    /** Weight x return; all sum to the day's return. */
    contribution: number;
    /** Whether its price is older than the day. */
    stale: boolean;
    /** Whether a delisting took effect on the day. */
    delisted: boolean;
  }>[];
  meta: IndexMeta;
}>;

export type BadRequest = Readonly<{
  type: "urn:equipoise:problem:bad-request";
  title: string;
  status: 400;
  code: "BAD_REQUEST";
  /** For people. */
  detail: string;
  errors: readonly Readonly<{
    /** The parameter; empty for the body as a whole. */
    path: string;
    message: string;
  }>[];
  /** Under which the request was logged. */
  request_id: string;
}>;

/** The same members weighted by market cap, and the index measured against them. */
export type Benchmark = Readonly<{
  name: "cap_weighted";
  tracking_error_annual: number | null;
  beta: number | null;
  information_ratio_annual: number | null;
  summary: PerformanceSummary;
  days: readonly Readonly<{
    date: string;
    /** Index points. */
    level: number;
    /** Fraction of the close before; null on the base day. */
    daily_return: number | null;
    /** Relative to the close before the first day shown, or to the base level on the base day. */
    cumulative_return: number;
  }>[];
}>;

export type BookLevel = Readonly<{
  /** USD. */
  price: string;
  /** Shares that are shown. */
  quantity: string;
  orders: number;
}>;

export type BuildAnswer = Readonly<{
  /** Id of the index. */
  index: string;
  /** First session of the range. */
  start_date: string;
  /** Last session of the range. */
  end_date: string;
  /** Built sessions in the range. */
  trading_days: number;
  /** Members on the last day. */
  constituents: number;
  /** Days on which membership changed. */
  changes: number;
  /** Names that entered. */
  entries: number;
  /** Level on the last day, index points. */
  final_level: number;
  /** Relative to the close before the first day shown, or to the base level on the base day. */
  cumulative_return: number;
  /** Sessions that had to be worked out; 0 when all stood already. */
  days_built: number;
  /** Milliseconds it took. */
  build_ms: number;
  /** The dataset version of the built range. */
  version: string;
  meta: IndexMeta;
}>;

export type BuildIndexAnswer = BuildAnswer;

export type BuildIndexQuery = Readonly<{
  /** Instead of the member of the body. */
  start_date?: string | undefined;
  /** Instead of the member of the body. */
  end_date?: string | undefined;
  /** Instead of the member of the body. */
  index?: string | undefined;
}>;

export type BuildIndexRequest = Readonly<{
  /** First day. */
  start_date: string;
  /** Last day; the first one when omitted. */
  end_date?: string | undefined;
  /** An id, or the rules as an object. An id of the form `top<size>-ew` stands for the default rules with that many members. */
  index?:
    | string
    | Readonly<{
        id?: string | undefined;
        /** Default: 100. */
        size?: number | undefined;
        /** Default: 1000. */
        base_value?: number | undefined;
        /** Default: "daily". */
        rebalance?: "daily" | "on_change" | "monthly" | "quarterly" | undefined;
        /** Default: "price". */
        return_type?: "price" | "total" | undefined;
        /** Default: true. */
        one_per_issuer?: boolean | undefined;
        /** Default: 5. */
        max_stale_days?: number | undefined;
        /** Default: 1000000. */
        notional_per_constituent?: number | undefined;
        /** Default: {}. */
        universe?:
          | Readonly<{
              /** Default: ["United States"]. */
              countries?: readonly string[] | undefined;
              /** Default: ["common"]. */
              security_types?:
                | readonly (
                    | "common"
                    | "adr"
                    | "preferred_or_debt"
                    | "unit_warrant_right"
                    | "fund"
                    | "when_issued"
                  )[]
                | undefined;
            }>
          | undefined;
      }>
    | undefined;
}>;

export type CancelOrderAnswer = OrderChangeAnswer;

export type CancelOrderPath = Readonly<{
  /** Id of an order. */
  id: string;
}>;

export type ChangesAnswer = Readonly<{
  /** Id of the index. */
  index: string;
  /** Only the days with a change. */
  changes: readonly Readonly<{
    date: string;
    /** The next session: the first one the members earn. */
    effective_date: string;
    entered: readonly Readonly<{
      ticker: string;
      /** Among all eligible names of the day; null when not eligible. */
      rank: number | null;
      /** The same on the day before. */
      previous_rank: number | null;
      /** USD. */
      market_cap: number | null;
      /** The first that holds. */
      reason: "new_listing" | "returned" | "eligible" | "rank";
    }>[];
    exited: readonly Readonly<{
      ticker: string;
      /** Among all eligible names of the day; null when not eligible. */
      rank: number | null;
      /** The same on the day before. */
      previous_rank: number | null;
      /** USD. */
      market_cap: number | null;
      /** The first that holds. */
      reason: "delisted" | "stale" | "cap_missing" | "ineligible" | "rank";
    }>[];
  }>[];
  totals: Readonly<{
    /** Days with a change. */
    days: number;
    entered: number;
    exited: number;
  }>;
  meta: IndexMeta;
}>;

export type CompositionAnswer = Readonly<{
  /** Id of the index. */
  index: string;
  /** The session at whose close the members were chosen. */
  date: string;
  /** The next session: the first one the members earn. */
  effective_date: string;
  constituents: readonly Readonly<{
    /** Among the members, by market cap. */
    rank: number;
    ticker: string;
    /** Of the security; null when no record names it. */
    name: string | null;
    /** USD; null when none was delivered that day. */
    market_cap: number | null;
    /** After the close; all sum to 1. */
    weight: number;
    /** `notional_per_constituent` x members x weight, USD. */
    notional: number;
    /** `notional / price`. */
    index_shares: number;
    /** USD. */
    price: number;
    /** The session the price is of. */
    price_date: string;
    /** Whether the price is older than the day. */
    stale: boolean;
  }>[];
  /** The next names in rank, as many as `reserve` asks for; empty without it. */
  reserve: readonly Readonly<{
    /** Among all eligible names of the day. */
    rank: number;
    ticker: string;
    /** Of the security; null when no record names it. */
    name: string | null;
    /** USD. */
    market_cap: number;
  }>[];
  meta: IndexMeta;
}>;

export type CompositionChangesAnswer = ChangesAnswer;

export type CompositionChangesQuery = Readonly<{
  /** First day; the first one there is when omitted. Moves to the next session. */
  start_date?: string | undefined;
  /** Last day; the last one there is when omitted. Moves to the session before. */
  end_date?: string | undefined;
  /** Id of an index. Default: "top100-ew". */
  index?: string | undefined;
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

export type DailyAnswer = Readonly<{
  /** The ticker that was asked for. */
  symbol: string;
  /** What `adjusted_close` allows for. */
  adjusted: "none" | "splits" | "total";
  /** The tickers of the security, oldest first. */
  tickers: readonly Readonly<{
    ticker: string;
    /** First day; null when it was never another's before. */
    from: string | null;
    /** Last day; null while it is the security's. */
    to: string | null;
  }>[];
  bars: readonly Readonly<{
    date: string;
    ticker: string;
    /** USD, as traded; null when nobody delivered it. */
    open: number | null;
    /** USD, as traded; null when nobody delivered it. */
    high: number | null;
    /** USD, as traded; null when nobody delivered it. */
    low: number | null;
    /** USD, as traded. */
    close: number;
    /** USD, as it compares with the close of the range's last day. */
    adjusted_close: number;
    /** Shares, as traded. */
    volume: number | null;
    /** USD. */
    market_cap: number | null;
  }>[];
  /** Of the whole range. */
  splits: readonly Readonly<{
    /** As announced. */
    date: string;
    /** The first stored session that shows it. */
    effective_date: string;
    kind: "split" | "spinoff";
    /** New shares per old one; of a spin-off the price factor. */
    ratio: number;
  }>[];
  /** Of the whole range. */
  dividends: readonly Readonly<{
    /** As announced. */
    date: string;
    /** The first stored session that shows it. */
    effective_date: string;
    /** USD per post-split share. */
    amount: number;
  }>[];
  /** `cursor` of the next page; null on the last one. */
  next: string | null;
  meta: DailyMeta;
}>;

export type DailyBarsAnswer = DailyAnswer;

export type DailyBarsPath = Readonly<{
  /** A ticker; its last holder with prices is meant, unless `on` says otherwise. */
  symbol: string;
}>;

export type DailyBarsQuery = Readonly<{
  /** First day; the first one there is when omitted. Moves to the next session. */
  start_date?: string | undefined;
  /** Last day; the last one there is when omitted. Moves to the session before. */
  end_date?: string | undefined;
  /** Another name of `start_date`: give one of them. */
  start?: string | undefined;
  /** Another name of `end_date`: give one of them. */
  end?: string | undefined;
  /** What `adjusted_close` allows for: `none`, `splits` (splits and spin-offs) or `total` (dividends too). Default: "splits". */
  adjusted?: "none" | "splits" | "total" | undefined;
  /** A day on which the ticker was the security's. */
  on?: string | undefined;
  /** Bars in one answer. Default: 1000. */
  limit?: number | undefined;
  /** The `next` of the answer before. */
  cursor?: string | undefined;
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

export type DailyMeta = Readonly<{
  /** What the answer rests on: equal text, equal figures. May be given as `min_version` of a later request. */
  dataset_version: string;
  /** The last session the answer rests on. */
  as_of: string;
  /** Whether the source says of each figure only what was known on its day. */
  point_in_time: boolean;
  /** The unit of each kind of figure. */
  units: Readonly<{
    money: "USD";
    volume: "shares, as traded";
    split_ratio: "new shares per old";
    spinoff_ratio: "price factor";
    dividend: "USD per post-split share";
  }>;
  warnings: readonly (Warning | DividendLeftOut)[];
}>;

export type DatasetVersionsAnswer = VersionsAnswer;

export type DatasetVersionsPath = Readonly<{
  /** `market` or `index`. */
  name: string;
}>;

export type DatasetVersionsQuery = Readonly<{
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

export type DatasetsAnswer = Readonly<{
  datasets: readonly Readonly<{
    name: "market" | "index" | "bars" | "orders" | "risk";
    /** Commits so far; 0 when nobody has written it yet. */
    seq: number;
    version: string;
    written_at: string | null;
    note: string | null;
    /** SQLite files. */
    parts: number;
    rows: number;
    /** Compressed, as stored. */
    bytes: number;
    /** Uncompressed. */
    raw_bytes: number;
  }>[];
}>;

export type DatasetsQuery = Readonly<{
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

export type Days = Readonly<{
  /** First session. */
  start_date: string;
  /** Last session. */
  end_date: string;
}>;

export type DegenerateInput = Readonly<{
  type: "urn:equipoise:problem:degenerate-input";
  title: string;
  status: 422;
  code: "DEGENERATE_INPUT";
  /** For people. */
  detail: string;
  risk_free?: number;
  index?: number;
  value?: string;
  returns?: number;
  benchmark?: number;
  /** The window that was asked for. */
  window?: string;
  /** Those that bars are stored of. */
  windows?: readonly string[];
  price?: string;
  stop_price?: string;
  trail_amount?: string;
  quantity?: string;
  display_quantity?: string;
  id?: string;
  filled_lots?: number;
  /** Under which the request was logged. */
  request_id: string;
}>;

export type DeleteIndexAnswer = undefined;

export type DeleteIndexPath = Readonly<{
  /** Id of an index. */
  id: string;
}>;

export type DeletePortfolioAnswer = undefined;

export type DeletePortfolioPath = Readonly<{
  /** Id of a portfolio. */
  id: string;
}>;

export type DeletePortfolioQuery = Readonly<{
  /** Whose portfolio it is: the id of a key. Only a key for `admin` may name another than its own. */
  owner?: string | undefined;
}>;

export type DependencyDown = Readonly<{
  type: "urn:equipoise:problem:dependency-down";
  title: string;
  /** What the dependency answered. */
  status?: number;
  code: "DEPENDENCY_DOWN";
  /** For people. */
  detail: string;
  dependency: string;
  operation?: string;
  bucket?: string;
  /** Under which the request was logged. */
  request_id: string;
}>;

/** A dividend is not below the close it would come out of; no close allows for it. */
export type DividendLeftOut = Readonly<{
  code: "DIVIDEND_LEFT_OUT";
  /** The same for people. */
  message: string;
  /** How often it holds in this answer; exact. */
  count: number;
  /** The first ten at most. */
  examples: readonly Readonly<{
    effective_date: string;
    /** USD a share. */
    dividend: number;
    /** The close it would come out of, USD. */
    close_before: number;
  }>[];
}>;

export type ExecutionsAnswer = Readonly<{
  /** Newest first. */
  executions: readonly Readonly<{
    /** The symbol of the book. */
    symbol: string;
    /** Number of the trade in its book. */
    trade: number;
    /** USD. */
    price: string;
    /** Shares. */
    quantity: string;
    time: string;
    /** The side that came in. */
    aggressor: "buy" | "sell";
    /** The order that rested; null when not yours. */
    maker_order_id: string | null;
    /** The order that came in; null when not yours. */
    taker_order_id: string | null;
  }>[];
  /** `cursor` of the next page; null on the last one. */
  next: string | null;
  meta: OrdersMeta;
}>;

export type ExecutionsQuery = Readonly<{
  /** Only of this book. */
  symbol?: string | undefined;
  /** Of this day (UTC), however long ago. */
  date?: string | undefined;
  /** Trades in one answer. Default: 100. */
  limit?: number | undefined;
  /** The `next` of the answer before. */
  cursor?: string | undefined;
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

export type ExportAnswer = Readonly<{
  /** Anybody who has it can download until it expires. */
  url: string;
  expires_at: string;
  /** Size of the file. */
  bytes: number;
  sheets: readonly ("performance" | "composition" | "changes" | "summary" | "about")[];
  /** The name a browser saves it under. */
  filename: string;
  /** What the answer rests on: equal text, equal figures. May be given as `min_version` of a later request. */
  dataset_version: string;
}>;

export type ExportDataAnswer = ExportAnswer;

export type ExportDataQuery = Readonly<{
  /** Instead of the member of the body. */
  start_date?: string | undefined;
  /** Instead of the member of the body. */
  end_date?: string | undefined;
  /** Instead of the member of the body. */
  index?: string | undefined;
  /** Instead of the member of the body. */
  sheets?: readonly ("performance" | "composition" | "changes" | "summary" | "about")[] | undefined;
}>;

export type ExportDataRequest = Readonly<{
  /** First day; the first one there is when omitted. Moves to the next session. */
  start_date?: string | undefined;
  /** Last day; the last one there is when omitted. Moves to the session before. */
  end_date?: string | undefined;
  /** Id of an index. Default: "top100-ew". */
  index?: string | undefined;
  /** The sheets wanted; all five when omitted. */
  sheets?:
    | readonly ("performance" | "composition" | "changes" | "summary" | "about")[]
    | string
    | undefined;
}>;

export type Forbidden = Readonly<{
  type: "urn:equipoise:problem:forbidden";
  title: string;
  status: 403;
  code: "FORBIDDEN";
  /** For people. */
  detail: string;
  /** What the call needs. */
  scope: "read" | "build" | "trade" | "admin";
  /** What the key has. */
  scopes: readonly ("read" | "build" | "trade" | "admin")[];
  /** Under which the request was logged. */
  request_id: string;
}>;

export type HealthAnswer = Readonly<{
  /** `degraded`: the cache is down, everything still answers. */
  status: "ok" | "degraded" | "down";
  parts: Readonly<{
    store: Readonly<{
      status: "up" | "down";
      latency_ms: number;
      detail?: string;
    }>;
    cache: Readonly<{
      status: "up" | "down";
      latency_ms: number;
      detail?: string;
    }>;
    market: Readonly<{
      status: "up" | "down";
      latency_ms: number;
      detail?: string;
    }>;
  }>;
  /** The last session the market holds. */
  as_of: string | null;
}>;

export type HealthQuery = Readonly<{
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

export type HedgeAnswer = Readonly<{
  portfolio_id: string;
  owner: string;
  /** Of the portfolio that was looked at. */
  revision: number;
  objective: "delta" | "delta_gamma" | "delta_gamma_vega" | "minimum_variance" | "minimum_es";
  /** 0.975 looks at the worst 2.5 %. */
  confidence: number;
  /** What history was looked at. */
  window: Readonly<{
    /** Asked for. */
    days: number;
    /** Last session of the first scenario. */
    start_date: string;
    /** Last session of the last one. */
    end_date: string;
    /** Days, or runs of days, on which everything has a return. */
    scenarios: number;
  }>;
  /** In the order of the instruments. */
  trades: readonly Readonly<{
    instrument: HedgeInstrument;
    /** To buy; negative to sell. In whole lots. */
    quantity: number;
    /** What would be best. */
    unrounded_quantity: number;
    /** What it is worth; negative when sold. */
    value_usd: number;
  }>[];
  before: Readonly<{
    /** What is lost no more than; positive is a loss. */
    value_at_risk_usd: number;
    /** What is lost in the mean beyond it; positive is a loss. */
    expected_shortfall_usd: number;
    /** Standard deviation of a day's profit. */
    sigma_usd: number;
  }>;
  /** With the trades, over the same days, every option valued anew. */
  after: Readonly<{
    /** What is lost no more than; positive is a loss. */
    value_at_risk_usd: number;
    /** What is lost in the mean beyond it; positive is a loss. */
    expected_shortfall_usd: number;
    /** Standard deviation of a day's profit. */
    sigma_usd: number;
  }>;
  /** The share that was taken away on these days; null where there was none. */
  effectiveness: Readonly<{
    variance: number | null;
    expected_shortfall: number | null;
  }>;
  greeks_before: PortfolioGreeks;
  /** What the trades leave. */
  residual_greeks: PortfolioGreeks;
  meta: RiskMeta;
}>;

export type HedgeInstrument =
  | Readonly<{
      kind: "stock";
      symbol: string;
    }>
  | Readonly<{
      kind: "option";
      underlying: string;
      option: "call" | "put";
      style: "european" | "american";
      strike: number;
      expiry: string;
      multiplier: number;
      implied_volatility: number;
    }>
  | Readonly<{
      kind: "index";
      index: string;
    }>;

export type IdempotencyConflict = Readonly<{
  type: "urn:equipoise:problem:idempotency-conflict";
  title: string;
  status: 409;
  code: "IDEMPOTENCY_CONFLICT";
  /** For people. */
  detail: string;
  /** The order that the key stands for. */
  id: string;
  /** Under which the request was logged. */
  request_id: string;
}>;

export type ImageRefused = Readonly<{
  type: "urn:equipoise:problem:image-refused";
  title: string;
  status: 503;
  code: "IMAGE_REFUSED";
  /** For people. */
  detail: string;
  dataset?: string;
  part?: string;
  sha256?: string;
  key?: string;
  problem?: string;
  seq?: number;
  schema?: number;
  known_schema?: number;
  /** Under which the request was logged. */
  request_id: string;
}>;

export type IndexAnswer = Readonly<{
  /** Id of the index. */
  id: string;
  parameters: IndexParameters;
  /** The days it is built for. */
  built: Days;
  market: MarketFacts;
  /** Of the dataset `index`. */
  dataset_version: string;
}>;

export type IndexAttributionAnswer = AttributionAnswer;

export type IndexAttributionQuery = Readonly<{
  /** A trading day. */
  date: string;
  /** Id of an index. Default: "top100-ew". */
  index?: string | undefined;
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

export type IndexCompositionAnswer = CompositionAnswer;

export type IndexCompositionQuery = Readonly<{
  /** A trading day. */
  date: string;
  /** Id of an index. Default: "top100-ew". */
  index?: string | undefined;
  /** How many names below the last member to add. Default: 0. */
  reserve?: number | undefined;
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

export type IndexExists = Readonly<{
  type: "urn:equipoise:problem:index-exists";
  title: string;
  status: 409;
  code: "INDEX_EXISTS";
  /** For people. */
  detail: string;
  index: string;
  /** The rules it has. */
  parameters: IndexParameters;
  /** Under which the request was logged. */
  request_id: string;
}>;

export type IndexMeta = Readonly<{
  /** What the answer rests on: equal text, equal figures. May be given as `min_version` of a later request. */
  dataset_version: string;
  /** The last session the answer rests on. */
  as_of: string;
  /** Whether the source says of each figure only what was known on its day. */
  point_in_time: boolean;
  /** The unit of each kind of figure. */
  units: Readonly<{
    level: "index points";
    returns: "fraction (0.01 = 1 %)";
    weight: "fraction";
    turnover: "fraction, one way";
    money: "USD";
  }>;
  warnings: readonly Warning[];
}>;

export type IndexNotBuilt = Readonly<{
  type: "urn:equipoise:problem:index-not-built";
  title: string;
  status: 404;
  code: "INDEX_NOT_BUILT";
  /** For people. */
  detail: string;
  index: string;
  /** What is built; null when nothing is. */
  built: Days | null;
  /** Under which the request was logged. */
  request_id: string;
}>;

/** The rules of an index, with every default filled in. */
export type IndexParameters = Readonly<{
  /** Members held, largest market cap first. */
  size: number;
  /** Level on the first built day, index points. */
  base_value: number;
  rebalance: "daily" | "on_change" | "monthly" | "quarterly";
  return_type: "price" | "total";
  /** Whether of several share classes of a company only one may enter. */
  one_per_issuer: boolean;
  /** Sessions for which a name without a price is carried. */
  max_stale_days: number;
  /** USD of each member at a rebalance. */
  notional_per_constituent: number;
  universe: Readonly<{
    countries: readonly string[];
    security_types: readonly (
      | "common"
      | "adr"
      | "preferred_or_debt"
      | "unit_warrant_right"
      | "fund"
      | "when_issued"
    )[];
  }>;
}>;

export type IndexPerformanceAnswer = PerformanceAnswer;

export type IndexPerformanceQuery = Readonly<{
  /** First day; the first one there is when omitted. Moves to the next session. */
  start_date?: string | undefined;
  /** Last day; the last one there is when omitted. Moves to the session before. */
  end_date?: string | undefined;
  /** Id of an index. Default: "top100-ew". */
  index?: string | undefined;
  /** `cap_weighted` adds the same members weighted by market cap. */
  benchmark?: "cap_weighted" | undefined;
  /** Annual risk-free rate, a fraction. Default: 0. */
  risk_free?: number | undefined;
  /** Cost of trading one side in basis points; above 0 each day has a `net_level` after costs. Default: 0. */
  cost_bps?: number | undefined;
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

export type IndicatorSeries = Readonly<{
  /** One line for each output, one entry for each of `times`; null before the first. */
  values: Readonly<Record<string, readonly (number | null)[]>>;
  /** The last value no longer depends on where the series began. */
  stable: boolean;
  warmup: Readonly<{
    /** Bars that the last value rests on. */
    used_bars: number;
    /** Bars still missing for a first value. */
    more_bars: number;
    /** Bars still missing until it is stable. */
    stable_in_bars: number;
  }>;
}>;

export type IndicatorsAnswer = Readonly<{
  symbol: string;
  /** Length of the window. */
  window: string;
  /** Ends of the bars, oldest first. */
  times: readonly string[];
  /** Those that were asked for. */
  indicators: Readonly<{
    sma20?: IndicatorSeries;
    sma50?: IndicatorSeries;
    sma200?: IndicatorSeries;
    ema12?: IndicatorSeries;
    ema26?: IndicatorSeries;
    rsi14?: IndicatorSeries;
    macd?: IndicatorSeries;
    bollinger?: IndicatorSeries;
  }>;
  meta: StreamMeta;
}>;

export type IndicatorsPath = Readonly<{
  /** A symbol of the stream, in full. */
  symbol: string;
}>;

export type IndicatorsQuery = Readonly<{
  /** Length of the windows: `1min`, `5min`, `15min`, or any that windows of a stored length fill, like `10min`. Default: "1min". */
  window?: string | undefined;
  /** Which ones, with commas between them; all when omitted. */
  names?: string | undefined;
  /** Bars that begin at or after this instant; the last `limit` ones when omitted. */
  start?: string | undefined;
  /** Bars that begin before this instant. */
  end?: string | undefined;
  /** Bars in one answer. Default: 500. */
  limit?: number | undefined;
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

export type IndicesAnswer = Readonly<{
  indices: readonly Readonly<{
    /** Id of the index. */
    id: string;
    parameters: IndexParameters;
    /** The days it is built for. */
    built: Days;
    market: MarketFacts;
  }>[];
  /** Of the dataset `index`. */
  dataset_version: string;
}>;

export type IngestionsAnswer = Readonly<{
  /** Newest first. */
  ingestions: readonly Readonly<{
    job_id: string;
    source: string;
    gate: "on" | "off";
    started_at: string;
    /** Null while it runs, and for ever when it was killed. */
    finished_at: string | null;
    outcome: "running" | "committed" | "unchanged" | "repeated" | "failed";
    /** Why it failed. */
    error: Readonly<{
      code: string;
      message: string;
    }> | null;
    rows_read: number;
    rows_accepted: number;
    /** Sessions it wrote. */
    days: number;
    /** How many, by rule or reason. */
    repaired: Readonly<Record<string, number>>;
    /** How many, by rule or reason. */
    quarantined: Readonly<Record<string, number>>;
    failed_days: number;
    /** Values that a higher source kept, by field; older records lack it. */
    kept_by_precedence?: Readonly<{
      close: number;
      volume: number;
      market_cap: number;
    }>;
    /** What the source could not give. */
    failures: number;
  }>[];
  /** `cursor` of the next page; null on the last one. */
  next: string | null;
}>;

export type IngestionsQuery = Readonly<{
  /** Runs in one answer. Default: 50. */
  limit?: number | undefined;
  /** The `next` of the answer before. */
  cursor?: string | undefined;
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

export type Internal = Readonly<{
  type: "about:blank";
  title: string;
  status: 500;
  code: "INTERNAL";
  /** For people. */
  detail: string;
  /** Under which the request was logged. */
  request_id: string;
}>;

export type LatestAnswer = Readonly<{
  symbol: string;
  /** Null when no trade of the symbol stands. */
  price: number | null;
  /** Shares. */
  size: number | null;
  time: string | null;
  /** Place in the count of the symbol's trades, as live frames have it. */
  trade_seq: number | null;
  /** The day of the last trade so far; null where the state of the stream is not known. */
  day: Readonly<{
    date: string;
    open: number;
    high: number;
    low: number;
    volume: number;
    /** Null on the first day of the symbol. */
    previous_close: number | null;
    /** Price less `previous_close`. */
    change: number | null;
    change_fraction: number | null;
  }> | null;
  /** The last closed bar of the shortest window. */
  last_bar: WindowedBar | null;
  /** Bars that are not closed yet. */
  forming: readonly WindowedBar[];
  meta: StreamMeta;
}>;

export type LatestPath = Readonly<{
  /** A symbol of the stream, in full. */
  symbol: string;
}>;

export type LatestQuery = Readonly<{
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

export type ListIndicesAnswer = IndicesAnswer;

export type ListIndicesQuery = Readonly<{
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

export type ListPortfoliosAnswer = PortfoliosAnswer;

export type ListPortfoliosQuery = Readonly<{
  /** Whose portfolio it is: the id of a key. Only a key for `admin` may name another than its own. */
  owner?: string | undefined;
  /** Portfolios in one answer. Default: 100. */
  limit?: number | undefined;
  /** The `next` of the answer before. */
  cursor?: string | undefined;
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

export type LiveTicketAnswer = Readonly<{
  /** Opens one connection: `?ticket=` behind the address. */
  ticket: string;
  expires_at: string;
  /** Where to connect; null when the service was not told. */
  websocket_url: string | null;
}>;

export type MarketDataAnswer = LatestAnswer;

export type MarketDataPath = Readonly<{
  /** A symbol of the stream, in full. */
  symbol: string;
}>;

export type MarketDataQuery = Readonly<{
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

/** What kind of market it is, as its ingestion recorded it. */
export type MarketFacts = Readonly<{
  kind: "simulated" | "real";
  /** Who delivered it. */
  source: string;
  /** Whether the quality gate judged every session of it. */
  gate: "on" | "off";
  /** Whether the source says of each figure only what was known on its day. */
  point_in_time: "true" | "false";
  /** JSON of what a simulation began with. */
  origin?: string;
}>;

export type MembersAnswer = Readonly<{
  /** Id of the index. */
  index: string;
  /** The last one it was a member under. */
  ticker: string;
  /** Of the security; null when no record names it. */
  name: string | null;
  /** Sessions on which it was a member. */
  member_days: number;
  spells: readonly Readonly<{
    /** First session of membership. */
    from: string;
    /** Last one; null while it is still a member. */
    to: string | null;
    /** Sessions. */
    days: number;
    ticker: string;
    best_rank: number;
    worst_rank: number;
  }>[];
  meta: IndexMeta;
}>;

export type MembershipAnswer = MembersAnswer;

export type MembershipPath = Readonly<{
  /** Id of an index. */
  id: string;
  /** A ticker. Write its `/` as `%2F`. */
  ticker: string;
}>;

export type MembershipQuery = Readonly<{
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

export type MethodNotAllowed = Readonly<{
  type: "urn:equipoise:problem:method-not-allowed";
  title: string;
  status: 405;
  code: "METHOD_NOT_ALLOWED";
  /** For people. */
  detail: string;
  allow: readonly string[];
  /** Under which the request was logged. */
  request_id: string;
}>;

export type MetricsAnswer = string;

export type MetricsQuery = Readonly<{
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

export type MissingSession = Readonly<{
  type: "urn:equipoise:problem:missing-session";
  title: string;
  status: 404;
  code: "MISSING_SESSION";
  /** For people. */
  detail: string;
  missing: readonly string[];
  /** Stored session before; null when there is none. */
  previous_trading_day: string | null;
  /** Stored session after; null when there is none. */
  next_trading_day: string | null;
  /** Under which the request was logged. */
  request_id: string;
}>;

export type ModelNotTrained = Readonly<{
  type: "urn:equipoise:problem:model-not-trained";
  title: string;
  status: 404;
  code: "MODEL_NOT_TRAINED";
  /** For people. */
  detail: string;
  symbol: string;
  horizon: string;
  /** Horizons of which there is a model of the symbol. */
  trained: readonly string[];
  /** Minutes with trades that a training takes. */
  least_bars: number;
  /** Minutes with trades at hand; more are not looked for. */
  recent_bars: number;
  /** Under which the request was logged. */
  request_id: string;
}>;

export type NoTradingDay = Readonly<{
  type: "urn:equipoise:problem:no-trading-day";
  title: string;
  status: 404;
  code: "NO_TRADING_DAY";
  /** For people. */
  detail: string;
  /** Stored session before; null when there is none. */
  previous_trading_day: string | null;
  /** Stored session after; null when there is none. */
  next_trading_day: string | null;
  /** Under which the request was logged. */
  request_id: string;
}>;

export type OneIndexAnswer = IndexAnswer;

export type OneIndexPath = Readonly<{
  /** Id of an index. */
  id: string;
}>;

export type OneIndexQuery = Readonly<{
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

export type OnePortfolioAnswer = PortfolioAnswer;

export type OnePortfolioPath = Readonly<{
  /** Id of a portfolio. */
  id: string;
}>;

export type OnePortfolioQuery = Readonly<{
  /** Whose portfolio it is: the id of a key. Only a key for `admin` may name another than its own. */
  owner?: string | undefined;
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

export type OpenApiDocument = Readonly<{
  openapi: string;
  info: Readonly<{
    title: string;
    version: string;
  }>;
  paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  components: Readonly<Record<string, unknown>>;
}>;

export type Order = Readonly<{
  /** Id of an order: its symbol, and what tells it apart. */
  id: string;
  /** The symbol of the book. */
  symbol: string;
  account: string;
  side: "buy" | "sell";
  type: "market" | "limit" | "stop" | "stop_limit" | "trailing_stop" | "iceberg";
  /** The whole size, what was filled included. */
  quantity: string;
  /** The limit; null of a type that has none. */
  price: string | null;
  /** Where it triggers now; moves with a trailing stop, which has none before the first trade. */
  stop_price: string | null;
  /** How far a trailing stop stays behind, USD. */
  trail_amount: string | null;
  /** What an iceberg shows at most. */
  display_quantity: string | null;
  time_in_force: "GTC" | "IOC" | "FOK" | "DAY";
  post_only: boolean;
  self_trade_prevention:
    | "none"
    | "cancel_newest"
    | "cancel_oldest"
    | "cancel_both"
    | "decrement_and_cancel";
  /** `accepted`: its book has not taken it yet. The last four, from `filled` on, are final. */
  status:
    | "accepted"
    | "open"
    | "partially_filled"
    | "pending_stop"
    | "filled"
    | "cancelled"
    | "expired"
    | "rejected";
  /** Why it was closed without being filled. */
  reason: OrderReason | null;
  /** Shares. */
  filled_quantity: string;
  /** Still to be filled; 0 once it is closed. */
  leaves_quantity: string;
  /** Taken off because both sides were of one account. */
  prevented_quantity: string;
  /** Mean of the fills by size, rounded to 8 places; null before the first. */
  average_price: string | null;
  /** Oldest first. */
  fills: readonly OrderFill[];
  /** The last change that the book refused; the order stands as it was. */
  last_refusal: Readonly<{
    request: string;
    reason: OrderReason;
    time: string;
  }> | null;
  created_at: string;
  updated_at: string;
}>;

export type OrderAnswer = Readonly<{
  /** Id of an order: its symbol, and what tells it apart. */
  id: string;
  /** The symbol of the book. */
  symbol: string;
  account: string;
  side: "buy" | "sell";
  type: "market" | "limit" | "stop" | "stop_limit" | "trailing_stop" | "iceberg";
  /** The whole size, what was filled included. */
  quantity: string;
  /** The limit; null of a type that has none. */
  price: string | null;
  /** Where it triggers now; moves with a trailing stop, which has none before the first trade. */
  stop_price: string | null;
  /** How far a trailing stop stays behind, USD. */
  trail_amount: string | null;
  /** What an iceberg shows at most. */
  display_quantity: string | null;
  time_in_force: "GTC" | "IOC" | "FOK" | "DAY";
  post_only: boolean;
  self_trade_prevention:
    | "none"
    | "cancel_newest"
    | "cancel_oldest"
    | "cancel_both"
    | "decrement_and_cancel";
  /** `accepted`: its book has not taken it yet. The last four, from `filled` on, are final. */
  status:
    | "accepted"
    | "open"
    | "partially_filled"
    | "pending_stop"
    | "filled"
    | "cancelled"
    | "expired"
    | "rejected";
  /** Why it was closed without being filled. */
  reason: OrderReason | null;
  /** Shares. */
  filled_quantity: string;
  /** Still to be filled; 0 once it is closed. */
  leaves_quantity: string;
  /** Taken off because both sides were of one account. */
  prevented_quantity: string;
  /** Mean of the fills by size, rounded to 8 places; null before the first. */
  average_price: string | null;
  /** Oldest first. */
  fills: readonly OrderFill[];
  /** The last change that the book refused; the order stands as it was. */
  last_refusal: Readonly<{
    request: string;
    reason: OrderReason;
    time: string;
  }> | null;
  created_at: string;
  updated_at: string;
  meta: OrdersMeta;
}>;

export type OrderChangeAnswer = Readonly<{
  /** Id of an order: its symbol, and what tells it apart. */
  id: string;
  /** Taken in; the book decides, in the order of arrival. */
  status: "amend_requested" | "cancel_requested";
  /** The symbol of the book. */
  symbol: string;
  /** Name of this wish: `last_refusal` of the order has it when the book refused. */
  request: string;
}>;

export type OrderClosed = Readonly<{
  type: "urn:equipoise:problem:order-closed";
  title: string;
  status: 409;
  code: "ORDER_CLOSED";
  /** For people. */
  detail: string;
  id: string;
  order_status:
    | "open"
    | "partially_filled"
    | "pending_stop"
    | "filled"
    | "cancelled"
    | "expired"
    | "rejected";
  /** Under which the request was logged. */
  request_id: string;
}>;

export type OrderFill = Readonly<{
  /** Number of the trade in its book. */
  trade: number;
  /** USD. */
  price: string;
  /** Shares. */
  quantity: string;
  time: string;
  /** maker: it rested; taker: it came in. */
  liquidity: "maker" | "taker";
}>;

export type OrderPath = Readonly<{
  /** Id of an order. */
  id: string;
}>;

export type OrderQuery = Readonly<{
  /** The day (UTC) it was closed on; needed of an order closed before the last seven days with orders. */
  closed_on?: string | undefined;
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

/** `requested` by its owner; `unfilled`: what did not trade at once was not to rest; `day_over`; `self_trade_prevention`; every other is why the book refused. */
export type OrderReason =
  | "bad_command"
  | "bad_id"
  | "bad_account"
  | "bad_side"
  | "bad_type"
  | "bad_time_in_force"
  | "bad_size"
  | "bad_stop"
  | "bad_trail"
  | "bad_price"
  | "bad_display"
  | "bad_post_only"
  | "bad_self_trade_prevention"
  | "size_overflow"
  | "duplicate_id"
  | "unknown_id"
  | "post_only_would_cross"
  | "fill_or_kill_not_fillable"
  | "requested"
  | "unfilled"
  | "self_trade_prevention"
  | "day_over"
  | "other_units"
  | "not_owner"
  | "size_filled";

export type OrderSubmittedAnswer = Readonly<{
  /** Id of an order: its symbol, and what tells it apart. */
  id: string;
  /** Taken in; what becomes of it the book decides. */
  status: "accepted";
  /** The symbol of the book. */
  symbol: string;
  /** Whether the `Idempotency-Key` was known: then nothing was done, and `id` is that order. */
  repeated: boolean;
}>;

export type OrderbookAnswer = Readonly<{
  /** The symbol of the book. */
  symbol: string;
  /** Best first. */
  bids: readonly BookLevel[];
  /** Best first. */
  asks: readonly BookLevel[];
  /** USD; null unless both sides have orders. */
  spread: string | null;
  /** Middle of the best prices; null unless both sides have orders. */
  mid: string | null;
  /** Of the last trade; null before the first. */
  last_price: string | null;
  /** Commands the book has taken, refused ones too. */
  sequence: number;
  /** CRC-32 of the ten best levels: `bid price:bid size:ask price:ask size:...` in ticks and lots, best first. */
  checksum: number;
  /** Prices are whole multiples of it, USD. */
  tick_size: string;
  /** Sizes are whole multiples of it, shares. */
  lot_size: string;
  meta: OrdersMeta;
}>;

export type OrderbookPath = Readonly<{
  /** The symbol of a book: one of the stored market. */
  symbol: string;
}>;

export type OrderbookQuery = Readonly<{
  /** Levels of each side. Default: 10. */
  depth?: number | undefined;
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

export type OrdersAnswer = Readonly<{
  /** Newest first. */
  orders: readonly Order[];
  /** `cursor` of the next page; null on the last one. */
  next: string | null;
  meta: OrdersMeta;
}>;

export type OrdersMeta = Readonly<{
  /** How far the log of orders has been taken by the books: equal text, nothing new. */
  dataset_version: string;
  /** When the last command was taken that the answer knows of; null before the first. */
  as_of: string | null;
  /** The unit of each kind of figure. */
  units: Readonly<{
    money: "USD";
    quantity: "shares";
  }>;
  warnings: readonly unknown[];
}>;

export type OrdersQuery = Readonly<{
  /** Only of this book. */
  symbol?: string | undefined;
  /** Only as they stand so. */
  status?:
    | "open"
    | "partially_filled"
    | "pending_stop"
    | "filled"
    | "cancelled"
    | "expired"
    | "rejected"
    | undefined;
  /** Only of this account. */
  account?: string | undefined;
  /** Only closed on this day (UTC), however long ago. */
  closed_on?: string | undefined;
  /** Orders in one answer. Default: 100. */
  limit?: number | undefined;
  /** The `next` of the answer before. */
  cursor?: string | undefined;
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

export type PayloadTooLarge = Readonly<{
  type: "urn:equipoise:problem:payload-too-large";
  title: string;
  status: 413;
  code: "PAYLOAD_TOO_LARGE";
  /** For people. */
  detail: string;
  limit_bytes?: number;
  bytes?: number;
  sheet?: string;
  rows?: number;
  limit?: number;
  /** Under which the request was logged. */
  request_id: string;
}>;

export type PerformanceAnswer = Readonly<{
  /** Id of the index. */
  index: string;
  /** One entry for each built session of the range. */
  days: readonly PerformanceDay[];
  summary: PerformanceSummary;
  /** Only with `benchmark=cap_weighted`. */
  benchmark?: Benchmark;
  meta: IndexMeta;
}>;

export type PerformanceDay = Readonly<{
  date: string;
  /** Index points. */
  level: number;
  /** Fraction of the close before; null on the base day. */
  daily_return: number | null;
  /** Relative to the close before the first day shown, or to the base level on the base day. */
  cumulative_return: number;
  /** Fraction traded at the close, one way; null on the base day. */
  turnover: number | null;
  /** Members after the close. */
  constituents: number;
  /** USD of the index for one index point. */
  divisor: number | null;
  /** Level after costs, index points; only where `cost_bps` is above 0. */
  net_level?: number;
}>;

/** Rates are fractions, a year has 252 sessions; the benchmark's figures need one. */
export type PerformanceSummary = Readonly<{
  /** number of sessions with a return */
  n: number;
  /** product of (1 + daily return) - 1; null where it is not defined */
  total_return: number | null;
  /** mean of the daily returns; null where it is not defined */
  mean_daily: number | null;
  /** total return to the power 252 / n; null where it is not defined */
  annual_return_cagr: number | null;
  /** standard deviation (n - 1) times sqrt(252); null where it is not defined */
  annual_volatility: number | null;
  /** mean excess return over its standard deviation, annual; null where it is not defined */
  sharpe: number | null;
  /** root mean square of negative returns, annual; null where it is not defined */
  downside_deviation_annual: number | null;
  /** mean excess return over downside deviation, annual; null where it is not defined */
  sortino: number | null;
  /** deepest fall below an earlier peak; the start counts as one; null where it is not defined */
  max_drawdown: number | null;
  /** close before the deepest fall; 0 is the start, 1 the first return's close; null where it is not defined */
  max_drawdown_peak_index: number | null;
  /** close at the bottom of it; null where it is not defined */
  max_drawdown_trough_index: number | null;
  /** first close back at the peak; null while there is none; null where it is not defined */
  max_drawdown_recovery_index: number | null;
  /** CAGR over the depth of the maximum drawdown; null where it is not defined */
  calmar: number | null;
  /** share of days with a gain among days that moved; null where it is not defined */
  win_rate_nonzero: number | null;
  /** largest daily return; null where it is not defined */
  best_day: number | null;
  /** smallest daily return; null where it is not defined */
  worst_day: number | null;
  /** third standardised moment, population; null where it is not defined */
  skewness_population: number | null;
  /** fourth standardised moment - 3, population; null where it is not defined */
  excess_kurtosis_population: number | null;
  /** against the cap-weighted index of the same members; null where it is not defined */
  beta: number | null;
  /** mean excess return less beta times that of the benchmark; null where it is not defined */
  alpha_daily: number | null;
  /** 252 times the mean daily alpha; null where it is not defined */
  alpha_annual_arithmetic: number | null;
  /** (1 + mean daily alpha) to the power 252, - 1; null where it is not defined */
  alpha_annual_geometric: number | null;
  /** standard deviation of the return difference, annual; null where it is not defined */
  tracking_error_annual: number | null;
  /** mean return difference over tracking error, annual; null where it is not defined */
  information_ratio_annual: number | null;
  /** with the cap-weighted index; null where it is not defined */
  correlation: number | null;
  /** square of the correlation; null where it is not defined */
  r_squared: number | null;
}>;

export type PortfolioAnswer = Readonly<{
  id: string;
  /** Id of the key whose it is; `open` where no keys are asked for. */
  owner: string;
  name: string;
  /** Rises by one when other content is written. */
  revision: number;
  created_at: string;
  updated_at: string;
  /** Annual, continuously compounded, a fraction; options are valued with it. */
  rate: number;
  /** By symbol or index, annual, continuously compounded, fractions. */
  dividend_yields: Readonly<Record<string, number>>;
  positions: readonly Position[];
  /** What the answer rests on: equal text, equal figures. May be given as `min_version` of a later request. */
  dataset_version: string;
}>;

export type PortfolioChanged = Readonly<{
  type: "urn:equipoise:problem:portfolio-changed";
  title: string;
  status: 412;
  code: "PORTFOLIO_CHANGED";
  /** For people. */
  detail: string;
  portfolio: string;
  /** The one that stands. */
  revision: number;
  /** What `If-Match` would have to name. */
  etag: string;
  /** Under which the request was logged. */
  request_id: string;
}>;

export type PortfolioExists = Readonly<{
  type: "urn:equipoise:problem:portfolio-exists";
  title: string;
  status: 409;
  code: "PORTFOLIO_EXISTS";
  /** For people. */
  detail: string;
  portfolio: string;
  /** The one that is there. */
  revision: number;
  /** Under which the request was logged. */
  request_id: string;
}>;

export type PortfolioGreeks = Readonly<{
  /** Profit when underlyings rise by 1 %, to the first order. */
  delta_usd_per_percent: number;
  /** Change of delta times spot when underlyings rise by 1 %. */
  gamma_usd_per_percent: number;
  /** Profit when implied volatilities rise by a point, 0.01. */
  vega_usd_per_point: number;
  /** Profit when one calendar day passes. */
  theta_usd_per_day: number;
  /** Profit when the rate rises by a point, 0.01. */
  rho_usd_per_point: number;
  by_underlying: readonly Readonly<{
    underlying: string;
    /** Its price, or level, on the day. */
    spot: number;
    value_usd: number;
    /** Shares that move by as many USD. */
    delta_shares: number;
    /** Those shares times spot. */
    delta_usd: number;
    /** Change of `delta_shares` when it rises by 1 USD. */
    gamma_shares_per_usd: number;
    /** Profit when underlyings rise by 1 %, to the first order. */
    delta_usd_per_percent: number;
    /** Change of delta times spot when underlyings rise by 1 %. */
    gamma_usd_per_percent: number;
    /** Profit when implied volatilities rise by a point, 0.01. */
    vega_usd_per_point: number;
    /** Profit when one calendar day passes. */
    theta_usd_per_day: number;
    /** Profit when the rate rises by a point, 0.01. */
    rho_usd_per_point: number;
  }>[];
}>;

export type PortfoliosAnswer = Readonly<{
  portfolios: readonly Readonly<{
    id: string;
    /** Id of the key whose it is; `open` where no keys are asked for. */
    owner: string;
    name: string;
    /** Rises by one when other content is written. */
    revision: number;
    created_at: string;
    updated_at: string;
    /** How many. */
    positions: number;
  }>[];
  /** `cursor` of the next page; null on the last one. */
  next: string | null;
  /** What the answer rests on: equal text, equal figures. May be given as `min_version` of a later request. */
  dataset_version: string;
}>;

export type Position =
  | Readonly<{
      kind: "stock";
      symbol: string;
      /** Shares; negative when sold short. */
      quantity: number;
    }>
  | Readonly<{
      kind: "option";
      /** A symbol, or the id of an index. */
      underlying: string;
      option: "call" | "put";
      style: "european" | "american";
      /** USD a share. */
      strike: number;
      /** It expires at the close of this day in New York. */
      expiry: string;
      /** Contracts; negative when sold short. */
      quantity: number;
      /** Shares of a contract. */
      multiplier: number;
      /** Annual, a fraction. */
      implied_volatility: number;
    }>
  | Readonly<{
      kind: "index";
      index: string;
      /** Units, one of which is worth the index's level in USD; negative when sold short. */
      quantity: number;
    }>;

export type PredictionAnswer = Readonly<{
  symbol: string;
  /** How far ahead. */
  horizon: string;
  /** End of the last minute that was known. */
  as_of: string;
  /** The close of that minute. */
  last: number;
  /** What is predicted; the last price where the model has no skill. */
  price: number;
  /** Natural logarithm of the price over the last one. */
  change: number;
  /** Price over the last one, less 1. */
  change_fraction: number;
  /** "skill" when the model was better than the last price in testing and luck explains that with at most 5 %; else "no skill over last price". */
  verdict: "skill" | "no skill over last price";
  /** Where `price` comes from. */
  model: "boosted-trees" | "persistence";
  /** Hash of the trees and their evidence. */
  model_version: string;
  trained_at: string;
  /** From the errors in testing; null where too few were tested. */
  interval: Readonly<{
    /** How often it should hold. */
    level: number;
    /** In the currency of the symbol. */
    low: number;
    /** In the currency of the symbol. */
    high: number;
  }> | null;
  /** The trees against the last price, by walking forward. */
  skill: Readonly<{
    /** 1 - MSE / MSE of the last price; null when the price never moved. */
    value: number | null;
    /** Diebold and Mariano, Harvey, Leybourne and Newbold's factor, two-sided. */
    p_value: number | null;
    /** Of tested moves that were forecast as moves. */
    directional_accuracy: number | null;
    /** Forecasts, each by a model of what was known before. */
    tested: number;
  }>;
  /** What the trees say, also where they are not believed. */
  candidate: Readonly<{
    /** In the currency of the symbol. */
    price: number;
    /** Natural logarithm of the price over the last one. */
    change: number;
  }>;
  meta: Readonly<{
    units: Readonly<{
      price: "currency of the symbol";
      change: "natural logarithm";
      change_fraction: "fraction";
    }>;
    /** Above this `p_value` a better past counts as luck. */
    significance: number;
    trained_on: Readonly<{
      start: string;
      end: string;
      /** Minutes with trades. */
      bars: number;
    }>;
  }>;
}>;

export type PredictionPath = Readonly<{
  /** A symbol of the stream. */
  symbol: string;
}>;

export type PredictionQuery = Readonly<{
  /** How far ahead: 1min to 50min. Trained are 1min, 5min and 15min. */
  horizon?: string | undefined;
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

export type QualityAnswer = QualityOfAllDays | QualityOfOneDay;

export type QualityOfAllDays = Readonly<{
  date: null;
  /** Null before a market was loaded. */
  gate: "on" | "off" | null;
  totals: Readonly<{
    /** Rows that stand. */
    rows: number;
    /** How many, by rule or reason. */
    repaired: Readonly<Record<string, number>>;
    /** How many, by rule or reason. */
    quarantined: Readonly<Record<string, number>>;
    /** How many, by rule or reason. */
    findings: Readonly<Record<string, number>>;
  }>;
  findings: readonly Readonly<{
    date: string;
    /** Null when it is about all of them. */
    exchange: string | null;
    reason: string;
    detail: string;
    /** Whether the rows of the exchange were kept out. */
    failed: boolean;
  }>[];
  meta: Readonly<{
    /** What the answer rests on: equal text, equal figures. May be given as `min_version` of a later request. */
    dataset_version: string;
    /** The last stored session; null before a market was loaded. */
    as_of: string | null;
  }>;
  /** Only the days with something to tell. */
  days: readonly Readonly<{
    date: string;
    repaired: number;
    quarantined: number;
    findings: number;
    /** Findings that kept rows out. */
    failed: number;
  }>[];
}>;

export type QualityOfOneDay = Readonly<{
  date: string;
  /** Null before a market was loaded. */
  gate: "on" | "off" | null;
  totals: Readonly<{
    /** Rows that stand. */
    rows: number;
    /** How many, by rule or reason. */
    repaired: Readonly<Record<string, number>>;
    /** How many, by rule or reason. */
    quarantined: Readonly<Record<string, number>>;
    /** How many, by rule or reason. */
    findings: Readonly<Record<string, number>>;
  }>;
  findings: readonly Readonly<{
    date: string;
    /** Null when it is about all of them. */
    exchange: string | null;
    reason: string;
    detail: string;
    /** Whether the rows of the exchange were kept out. */
    failed: boolean;
  }>[];
  meta: Readonly<{
    /** What the answer rests on: equal text, equal figures. May be given as `min_version` of a later request. */
    dataset_version: string;
    /** The last stored session; null before a market was loaded. */
    as_of: string | null;
  }>;
  repairs: readonly Readonly<{
    date: string;
    ticker: string;
    field: "market_cap" | "close" | "volume" | "range";
    delivered: number | null;
    /** Null when the figure was only taken away. */
    used: number | null;
    rule: string;
    detail: string;
  }>[];
  /** Rows that were refused. */
  quarantined: readonly Readonly<{
    date: string;
    ticker: string | null;
    reason: string;
    detail: string;
    file: string;
    line: number;
    /** The row as delivered. */
    raw: string;
  }>[];
  /** Splits that only the vendor's net change told. */
  detected_splits: readonly Readonly<{
    date: string;
    ticker: string;
    /** New shares per old one. */
    ratio: number;
    detail: string;
  }>[];
}>;

export type QualityQuery = Readonly<{
  /** The day to show in full; all days in numbers when omitted. */
  date?: string | undefined;
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

export type QuotaExceeded = Readonly<{
  type: "urn:equipoise:problem:quota-exceeded";
  title: string;
  status: 429;
  code: "QUOTA_EXCEEDED";
  /** For people. */
  detail: string;
  quota_per_day: number;
  /** The header `Retry-After` says the same. */
  retry_after_seconds: number;
  /** Under which the request was logged. */
  request_id: string;
}>;

export type RangeOutsideData = Readonly<{
  type: "urn:equipoise:problem:range-outside-data";
  title: string;
  status: 422;
  code: "RANGE_OUTSIDE_DATA";
  /** For people. */
  detail: string;
  /** Where the exchange calendar ends before it. */
  date?: string;
  /** What is there; null when no market was loaded. */
  available: Days | null;
  /** Under which the request was logged. */
  request_id: string;
}>;

export type RateLimited = Readonly<{
  type: "urn:equipoise:problem:rate-limited";
  title: string;
  status: 429;
  code: "RATE_LIMITED";
  /** For people. */
  detail: string;
  rate_per_second?: number;
  burst?: number;
  /** The header `Retry-After` says the same. */
  retry_after_seconds: number;
  /** Under which the request was logged. */
  request_id: string;
}>;

export type ReplacePortfolioAnswer = PortfolioAnswer;

export type ReplacePortfolioPath = Readonly<{
  /** Id of a portfolio. */
  id: string;
}>;

export type ReplacePortfolioRequest = Readonly<{
  /** Whose portfolio it is: the id of a key. Only a key for `admin` may name another than its own. */
  owner?: string | undefined;
  /** What its owner calls it. Default: "". */
  name?: string | undefined;
  /** Annual interest rate that options are valued with, continuously compounded, a fraction. Default: 0. */
  rate?: number | undefined;
  /** Annual yields that options are valued with, by their underlying; 0 for others. Default: {}. */
  dividend_yields?: Readonly<Record<string, number>> | undefined;
  /** What is held, at least one and at most 1,000. */
  positions: readonly (
    | Readonly<{
        kind: "stock";
        symbol: string;
        quantity: number;
      }>
    | Readonly<{
        kind: "option";
        underlying: string;
        option: "call" | "put";
        style: "european" | "american";
        strike: number;
        expiry: string;
        quantity: number;
        /** Default: 100. */
        multiplier?: number | undefined;
        implied_volatility: number;
      }>
    | Readonly<{
        kind: "index";
        index: string;
        quantity: number;
      }>
  )[];
}>;

export type ReservedIndexId = Readonly<{
  type: "urn:equipoise:problem:reserved-index-id";
  title: string;
  status: 422;
  code: "RESERVED_INDEX_ID";
  /** For people. */
  detail: string;
  index: string;
  /** The id of the rules given. */
  default_id: string;
  /** What the id stands for. */
  parameters?: IndexParameters;
  /** Under which the request was logged. */
  request_id: string;
}>;

export type ReversedRange = Readonly<{
  type: "urn:equipoise:problem:reversed-range";
  title: string;
  status: 400;
  code: "REVERSED_RANGE";
  /** For people. */
  detail: string;
  /** Of a range of days. */
  start_date?: string;
  end_date?: string;
  /** Of a range of instants. */
  start?: string;
  end?: string;
  /** Under which the request was logged. */
  request_id: string;
}>;

export type RiskHedgeAnswer = HedgeAnswer;

export type RiskHedgePath = Readonly<{
  /** Id of a portfolio. */
  portfolio_id: string;
}>;

export type RiskHedgeRequest = Readonly<{
  /** Whose portfolio it is: the id of a key. Only a key for `admin` may name another than its own. */
  owner?: string | undefined;
  /** What may be traded: positions without a quantity. */
  instruments: readonly (
    | Readonly<{
        kind: "stock";
        symbol: string;
      }>
    | Readonly<{
        kind: "option";
        underlying: string;
        option: "call" | "put";
        style: "european" | "american";
        strike: number;
        expiry: string;
        /** Default: 100. */
        multiplier?: number | undefined;
        implied_volatility: number;
      }>
    | Readonly<{
        kind: "index";
        index: string;
      }>
  )[];
  /** `delta`, `delta_gamma` and `delta_gamma_vega` take as many instruments of an underlying as greeks, the underlying itself counting as the one for delta; `minimum_variance` and `minimum_es` take any. Default: "minimum_variance". */
  objective?:
    | "delta"
    | "delta_gamma"
    | "delta_gamma_vega"
    | "minimum_variance"
    | "minimum_es"
    | undefined;
  /** Smallest amount that can be traded: one for all instruments, or one for each. Default: 1. */
  lots?: number | readonly number[] | undefined;
  /** The most that may be held of an instrument, long or short, with `minimum_es`: one for all, or one for each. */
  max_quantity?: number | readonly number[] | undefined;
  /** 0.975 looks at the worst 2.5 %. Default: 0.975. */
  confidence?: number | undefined;
  /** Days of history; fewer are used, and said, where there are no more. Default: 500. */
  window?: number | undefined;
  /** The day figures are of; nothing after it is used. The last session everything has when omitted. */
  as_of?: string | undefined;
}>;

export type RiskMeta = Readonly<{
  /** What the answer rests on: equal text, equal figures. May be given as `min_version` of a later request. */
  dataset_version: string;
  /** The last session the answer rests on. */
  as_of: string;
  /** Whether the source says of each figure only what was known on its day. */
  point_in_time: boolean;
  /** The unit of each kind of figure. */
  units: Readonly<{
    money: "USD; a loss of risk is positive, of profit negative";
    returns: "fraction (0.01 = 1 %)";
    volatility: "annual, fraction; a point is 0.01";
    quantity: "shares, contracts or units of an index; negative when sold short";
  }>;
  warnings: readonly (Warning | RiskWarning)[];
}>;

export type RiskMetricsAnswer = Readonly<{
  portfolio_id: string;
  owner: string;
  /** Of the portfolio that was looked at. */
  revision: number;
  method: "historical" | "filtered" | "normal" | "student_t" | "cornish_fisher" | "evt";
  /** 0.975 looks at the worst 2.5 %. */
  confidence: number;
  horizon_days: number;
  /** How several days were made of single ones. */
  horizon_rule: "one_day" | "overlapping_returns" | "independent_days" | "square_root_of_time";
  /** What history was looked at. */
  window: Readonly<{
    /** Asked for. */
    days: number;
    /** Last session of the first scenario. */
    start_date: string;
    /** Last session of the last one. */
    end_date: string;
    /** Days, or runs of days, on which everything has a return. */
    scenarios: number;
  }>;
  value_usd: number;
  /** What these positions made since the close before, time and dividends included; null when one of them was not there yet. */
  pnl_last_day_usd: number | null;
  /** What is lost no more than; positive is a loss. */
  value_at_risk_usd: number;
  /** What is lost in the mean beyond it; positive is a loss. */
  expected_shortfall_usd: number;
  /** What the method made of the history. */
  fit: Readonly<{
    /** Of a day's profit. */
    mean_usd?: number;
    /** Standard deviation of it. */
    sigma_usd?: number;
    /** Of the next day, by exponential weights of 0.94. */
    sigma_next_usd?: number;
    degrees_of_freedom?: number;
    skew?: number;
    excess_kurtosis?: number;
    /** Whether the expansion is a quantile function with these moments. */
    is_monotone?: boolean;
    /** Losses beyond it were fitted. */
    threshold_usd?: number;
    exceedances?: number;
    /** Shape of the generalised Pareto distribution. */
    xi?: number;
    /** Its scale. */
    beta_usd?: number;
  }>;
  /** What the history itself says at this confidence and horizon; null where it has too few runs of so many days. */
  historical: Readonly<{
    /** What is lost no more than; positive is a loss. */
    value_at_risk_usd: number;
    /** Interpolated, as numpy does it. */
    value_at_risk_type7_usd: number;
    /** What is lost in the mean beyond it; positive is a loss. */
    expected_shortfall_usd: number;
    /** As many scenarios are the tail, the last one in part. */
    tail_scenarios: number;
  }> | null;
  /** How the shortfall was shared out. */
  component_rule: "tail_scenarios" | "covariance" | "scaled_tail_scenarios";
  /** Positions that have not expired, in their order. */
  components: readonly Readonly<{
    position: Position;
    value_usd: number;
    /** Its part; all of them sum to the shortfall. */
    expected_shortfall_usd: number;
  }>[];
  greeks: PortfolioGreeks;
  exposure: Readonly<{
    /** Deltas of all underlyings in USD, whatever their sign. */
    gross_usd: number;
    net_usd: number;
    long_usd: number;
    short_usd: number;
  }>;
  concentration: Readonly<{
    /** Sum of squared shares of the gross exposure; 1 = one name. */
    herfindahl: number;
    largest: readonly Readonly<{
      underlying: string;
      delta_usd: number;
      share: number;
    }>[];
  }>;
  backtest: Readonly<{
    /** Forecast and compared with what the portfolio of today would have made. */
    days: number;
    /** Days before each that its forecast rests on. */
    estimated_from_days: number;
    /** Days that lost more than the value at risk. */
    exceptions: number;
    expected_exceptions: number;
    /** As many exceptions as there should be. */
    kupiec: Readonly<{
      likelihood_ratio: number;
      /** Probability of such a ratio when the method is right. */
      p_value: number;
    }>;
    /** An exception is no likelier after another. */
    christoffersen_independence: Readonly<{
      likelihood_ratio: number;
      /** Probability of such a ratio when the method is right. */
      p_value: number;
    }>;
    /** Both. */
    christoffersen_conditional: Readonly<{
      likelihood_ratio: number;
      /** Probability of such a ratio when the method is right. */
      p_value: number;
    }>;
    basel_zone: "green" | "yellow" | "red";
    /** Of at most so many, when the method is right. */
    basel_cumulative_probability: number;
    /** Acerbi and Szekely's first; null without an exception. */
    z1: number | null;
    /** Their second: 0 expected, below -0.7 (of 250 days at 2.5 %) in 5 % of cases. */
    z2: number;
  }> | null;
  meta: RiskMeta;
}>;

export type RiskMetricsPath = Readonly<{
  /** Id of a portfolio. */
  portfolio_id: string;
}>;

export type RiskMetricsQuery = Readonly<{
  /** Whose portfolio it is: the id of a key. Only a key for `admin` may name another than its own. */
  owner?: string | undefined;
  /** 0.975 looks at the worst 2.5 %. Default: 0.975. */
  confidence?: number | undefined;
  /** Days to come. Default: 1. */
  horizon?: number | undefined;
  /** `historical`; `filtered` (at the volatility of the next day, exponential weights); `normal`; `student_t` (degrees by maximum likelihood); `cornish_fisher`; `evt` (generalised Pareto distribution beyond a threshold, from 50 losses on). Default: "historical". */
  method?:
    | "historical"
    | "filtered"
    | "normal"
    | "student_t"
    | "cornish_fisher"
    | "evt"
    | undefined;
  /** Days of history; fewer are used, and said, where there are no more. Default: 500. */
  window?: number | undefined;
  /** The day figures are of; nothing after it is used. The last session everything has when omitted. */
  as_of?: string | undefined;
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

export type RiskStressAnswer = StressAnswer;

export type RiskStressPath = Readonly<{
  /** Id of a portfolio. */
  portfolio_id: string;
}>;

export type RiskStressRequest = Readonly<{
  /** Whose portfolio it is: the id of a key. Only a key for `admin` may name another than its own. */
  owner?: string | undefined;
  /** Returns of every underlying alike; -0.2 is 20 % down. Default: [-0.3,-0.2,-0.1,-0.05,0,0.05,0.1,0.2]. */
  spot_shocks?: readonly number[] | undefined;
  /** Added to every implied volatility; 0.1 is ten points up. Default: [-0.05,0,0.05,0.1,0.2]. */
  volatility_shifts?: readonly number[] | undefined;
  /** Ranges of days, from the close before the first to that of the last. */
  ranges?:
    | readonly Readonly<{
        name: string;
        start_date: string;
        end_date: string;
      }>[]
    | undefined;
  /** Days of history; fewer are used, and said, where there are no more. Default: 500. */
  window?: number | undefined;
  /** The day figures are of; nothing after it is used. The last session everything has when omitted. */
  as_of?: string | undefined;
}>;

/** What figures of a portfolio rest on and do not show. */
export type RiskWarning =
  | Readonly<{
      code: "SHORT_HISTORY";
      /** The same for people. */
      message: string;
      /** How often it holds in this answer; exact. */
      count: number;
      /** The first ten at most. */
      examples: readonly Readonly<{
        symbol: string;
        from: string;
      }>[];
    }>
  | Readonly<{
      code: "FEWER_SCENARIOS";
      /** The same for people. */
      message: string;
      /** How often it holds in this answer; exact. */
      count: number;
      /** The first ten at most. */
      examples: readonly Readonly<{
        asked: number;
        had: number;
      }>[];
    }>
  | Readonly<{
      code: "EXPIRED_OPTION";
      /** The same for people. */
      message: string;
      /** How often it holds in this answer; exact. */
      count: number;
      /** The first ten at most. */
      examples: readonly Readonly<{
        underlying: string;
        expiry: string | null;
      }>[];
    }>
  | Readonly<{
      code: "NOT_MONOTONE";
      /** The same for people. */
      message: string;
      /** How often it holds in this answer; exact. */
      count: number;
      /** The first ten at most. */
      examples: readonly unknown[];
    }>
  | Readonly<{
      code: "NO_BACKTEST";
      /** The same for people. */
      message: string;
      /** How often it holds in this answer; exact. */
      count: number;
      /** The first ten at most. */
      examples: readonly unknown[];
    }>
  | Readonly<{
      code: "UNHEDGED_UNDERLYING";
      /** The same for people. */
      message: string;
      /** How often it holds in this answer; exact. */
      count: number;
      /** The first ten at most. */
      examples: readonly Readonly<{
        symbol: string;
      }>[];
    }>;

export type RollbackAnswer = Readonly<{
  name: "market" | "index" | "risk";
  /** `unchanged`: the current version has these parts already. */
  outcome: "committed" | "unchanged" | "repeated";
  rolled_back_to: number;
  /** Sequence number that stands now. */
  seq: number;
}>;

export type RollbackPath = Readonly<{
  /** `market` or `index`. */
  name: string;
}>;

export type RollbackRequest = Readonly<{
  /** Sequence number of the version to go back to. */
  seq: number;
}>;

export type SessionsAnswer = Readonly<{
  /** Null before a market was loaded. */
  market: MarketFacts | null;
  /** First and last stored session; null before that. */
  available: Days | null;
  sessions_total: number;
  /** New York sessions between the first and the last one that nobody captured. */
  missing: readonly string[];
  sessions: readonly Readonly<{
    date: string;
    /** Securities with a price. */
    priced_rows: number;
    /** Those of them with a market cap. */
    capped_rows: number;
    /** New York time; null for a day the calendar holds for closed. */
    close: string | null;
  }>[];
  /** Of the dataset `market`. */
  dataset_version: string;
}>;

export type SessionsQuery = Readonly<{
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

export type StreamBar = Readonly<{
  /** The window is from here ... */
  start: string;
  /** ... to here, without this instant. */
  end: string;
  open: number;
  high: number;
  low: number;
  close: number;
  /** Shares, of irregular trades too. */
  volume: number;
  /** Sum of price times size over volume; null without volume. */
  vwap: number | null;
  /** Trades, irregular ones and those of size 0 included. */
  trades: number;
  /** How often the bar was corrected after it closed. */
  revision: number;
  /** Not all of the window was seen, or not yet. */
  partial: boolean;
  /** No regular trade happened: the prices are those of irregular ones. */
  irregular: boolean;
}>;

export type StreamBarsAnswer = Readonly<{
  symbol: string;
  /** Length of the window. */
  window: string;
  /** How many windows make one bar: 1, unless `points` asked for fewer bars. Merging is exact: first open, last close, extremes and sums. */
  merged: number;
  /** Oldest first. */
  bars: readonly StreamBar[];
  /** `cursor` of the next page; null on the last one. */
  next: string | null;
  meta: StreamMeta;
}>;

export type StreamMeta = Readonly<{
  /** What the answer rests on: equal text, equal figures. May be given as `min_version` of a later request. */
  dataset_version: string;
  /** Time of the latest trade that is stored, of any symbol; null before the first. */
  as_of: string | null;
  /** The unit of each kind of figure. */
  units: Readonly<{
    money: "USD";
    volume: "shares";
    change: "fraction";
  }>;
  warnings: readonly Readonly<{
    code: "STREAM_GAP";
    /** The same for people. */
    message: string;
    count: number;
    examples: readonly unknown[];
  }>[];
}>;

export type StressAnswer = Readonly<{
  portfolio_id: string;
  owner: string;
  /** Of the portfolio that was looked at. */
  revision: number;
  value_usd: number;
  grid: Readonly<{
    /** Of every underlying alike. */
    spot_shocks: readonly number[];
    /** Added to every implied volatility. */
    volatility_shifts: readonly number[];
    /** One row for each spot shock, one profit for each shift in it. */
    pnl_usd: readonly (readonly number[])[];
  }>;
  windows: readonly Readonly<{
    name: string;
    /** Whether it was looked for; else it was named. */
    found: boolean;
    start_date: string;
    end_date: string;
    /** Profit of the portfolio of today; null where something has no return. */
    pnl_usd: number | null;
    /** What has none. */
    missing: readonly string[];
  }>[];
  meta: RiskMeta;
}>;

export type SubmitOrderAnswer = OrderSubmittedAnswer;

export type SubmitOrderRequest = Readonly<{
  /** The symbol of a book: one of the stored market. */
  symbol: string;
  /** `buy` or `sell`. */
  side: "buy" | "sell";
  /** A trigger of `stop`, `stop_limit` and `trailing_stop` is the last trade of the book; a `stop` then is a market order. */
  type: "market" | "limit" | "stop" | "stop_limit" | "trailing_stop" | "iceberg";
  /** Shares. */
  quantity: string;
  /** The limit, USD; of `limit`, `stop_limit` and `iceberg`, where it is required. */
  price?: string | undefined;
  /** The price whose trade, or one beyond it, triggers, USD; of `stop` and `stop_limit`, where it is required. */
  stop_price?: string | undefined;
  /** How far the stop stays behind the best trade since it came, USD; of `trailing_stop`, where it is required. */
  trail_amount?: string | undefined;
  /** What is shown at most; of `iceberg`, where it is required. */
  display_quantity?: string | undefined;
  /** GTC rests until filled or cancelled; DAY also until the end of New York's day; IOC cancels what does not trade at once; FOK trades at once as a whole or not at all. IOC for `market`, which never rests, and GTC for the others, when omitted. */
  time_in_force?: "GTC" | "IOC" | "FOK" | "DAY" | undefined;
  /** Refused rather than traded at once; of `limit` and `iceberg` with GTC or DAY. Default: false. */
  post_only?: boolean | undefined;
  /** Whose the order is among those of the key, for self-trade prevention and for lists. Default: "main". */
  account?: string | undefined;
  /** What happens when it meets an order of the same account: it is cancelled (`cancel_newest`), the resting one (`cancel_oldest`), both, or the smaller size is taken off both. Default: "none". */
  self_trade_prevention?:
    | "none"
    | "cancel_newest"
    | "cancel_oldest"
    | "cancel_both"
    | "decrement_and_cancel"
    | undefined;
}>;

export type SymbolsAnswer = Readonly<{
  /** In the order of symbols. */
  symbols: readonly Readonly<{
    symbol: string;
    /** Null when the market has no record of it. */
    name: string | null;
    data: Readonly<{
      /** Sessions with a price; null without any. */
      daily: Readonly<{
        from: string;
        to: string;
      }> | null;
      /** First and last trade, to the millisecond around them; null without any. */
      stream: Readonly<{
        from: string;
        to: string;
      }> | null;
    }>;
  }>[];
  /** `cursor` of the next page; null on the last one. */
  next: string | null;
  meta: StreamMeta;
}>;

export type SymbolsQuery = Readonly<{
  /** The beginning of a symbol, or any part of a name; small and large letters are one. */
  query?: string | undefined;
  /** Symbols in one answer. Default: 1000. */
  limit?: number | undefined;
  /** The `next` of the answer before. */
  cursor?: string | undefined;
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

export type TicksAnswer = Readonly<{
  symbol: string;
  /** Newest first. */
  ticks: readonly Readonly<{
    time: string;
    price: number;
    /** Shares. */
    size: number;
    /** The feed's own; null when it gave none. */
    id: number | null;
    /** Its sale condition keeps it out of open, high, low and close. */
    irregular: boolean;
  }>[];
  /** `cursor` of the next page; null on the last one. */
  next: string | null;
  meta: StreamMeta;
}>;

export type TicksPath = Readonly<{
  /** A symbol of the stream, in full. */
  symbol: string;
}>;

export type TicksQuery = Readonly<{
  /** Trades at or after this instant. */
  start?: string | undefined;
  /** Trades before this instant. */
  end?: string | undefined;
  /** Trades in one answer. Default: 1000. */
  limit?: number | undefined;
  /** The `next` of the answer before. */
  cursor?: string | undefined;
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

export type TooFewScenarios = Readonly<{
  type: "urn:equipoise:problem:too-few-scenarios";
  title: string;
  status: 422;
  code: "TOO_FEW_SCENARIOS";
  /** For people. */
  detail: string;
  /** Days on which everything in the portfolio has a return. */
  scenarios: number;
  least: number;
  /** What has the shortest histories, the shortest first. */
  short: readonly Readonly<{
    symbol: string;
    /** First day with a return. */
    from: string;
  }>[];
  /** Under which the request was logged. */
  request_id: string;
}>;

export type TooManyPortfolios = Readonly<{
  type: "urn:equipoise:problem:too-many-portfolios";
  title: string;
  status: 409;
  code: "TOO_MANY_PORTFOLIOS";
  /** For people. */
  detail: string;
  limit: number;
  /** Under which the request was logged. */
  request_id: string;
}>;

export type Unauthorized = Readonly<{
  type: "urn:equipoise:problem:unauthorized";
  title: string;
  status: 401;
  code: "UNAUTHORIZED";
  /** For people. */
  detail: string;
  reason: "missing" | "malformed" | "mistyped" | "unknown" | "expired" | "revoked";
  /** Under which the request was logged. */
  request_id: string;
}>;

export type UniverseAnswer = Readonly<{
  date: string;
  /** Members on the day that fit the request, on all pages. */
  total: number;
  /** By ticker. */
  members: readonly UniverseMember[];
  /** `cursor` of the next page; null on the last one. */
  next: string | null;
  meta: Readonly<{
    /** What the answer rests on: equal text, equal figures. May be given as `min_version` of a later request. */
    dataset_version: string;
    /** The last stored session; `to` and `ending` are what is known then. */
    as_of: string;
    /** Whether the source says of each figure only what was known on its day. */
    point_in_time: boolean;
    warnings: readonly Warning[];
  }>;
}>;

export type UniverseMember = Readonly<{
  /** On the day. */
  ticker: string;
  /** Its first ticker, with the day it began (`@YYYYMMDD`) where others had it before; no rename changes it. */
  security: string;
  /** First day of membership; null when nobody says it. */
  from: string | null;
  /** Last day of membership; null while it is listed. */
  to: string | null;
  /** `delisted`: an action said so. `ended`: no price and no record any more. */
  ending: "listed" | "delisted" | "ended";
  /** Null when no price of it was ever stored. */
  first_priced: string | null;
  /** Null when no price of it was ever stored. */
  last_priced: string | null;
}>;

export type UniverseQuery = Readonly<{
  /** A session the market holds. */
  date: string;
  /** Only the security that had it on the day. */
  ticker?: string | undefined;
  /** Members in one answer. Default: 1000. */
  limit?: number | undefined;
  /** The `next` of the answer before. */
  cursor?: string | undefined;
  /** `csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON. Default: "json". */
  format?: "json" | "csv" | undefined;
  /** A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering. */
  min_version?: string | undefined;
}>;

export type UnknownDataset = Readonly<{
  type: "urn:equipoise:problem:unknown-dataset";
  title: string;
  status: 404;
  code: "UNKNOWN_DATASET";
  /** For people. */
  detail: string;
  datasets: readonly string[];
  /** Under which the request was logged. */
  request_id: string;
}>;

export type UnknownField = Readonly<{
  type: "urn:equipoise:problem:unknown-field";
  title: string;
  status: 422;
  code: "UNKNOWN_FIELD";
  /** For people. */
  detail: string;
  errors: readonly Readonly<{
    /** The parameter; empty for the body as a whole. */
    path: string;
    message: string;
  }>[];
  /** Under which the request was logged. */
  request_id: string;
}>;

export type UnknownIndex = Readonly<{
  type: "urn:equipoise:problem:unknown-index";
  title: string;
  status: 404;
  code: "UNKNOWN_INDEX";
  /** For people. */
  detail: string;
  index: string;
  /** Those that exist. */
  indices: readonly string[];
  /** Under which the request was logged. */
  request_id: string;
}>;

export type UnknownInstrument = Readonly<{
  type: "urn:equipoise:problem:unknown-instrument";
  title: string;
  status: 422;
  code: "UNKNOWN_INSTRUMENT";
  /** For people. */
  detail: string;
  /** Symbols no price was ever stored of. */
  symbols: readonly string[];
  /** Indices nobody has built. */
  indices: readonly string[];
  /** Under which the request was logged. */
  request_id: string;
}>;

export type UnknownOrder = Readonly<{
  type: "urn:equipoise:problem:unknown-order";
  title: string;
  status: 404;
  code: "UNKNOWN_ORDER";
  /** For people. */
  detail: string;
  id: string;
  /** Under which the request was logged. */
  request_id: string;
}>;

export type UnknownPortfolio = Readonly<{
  type: "urn:equipoise:problem:unknown-portfolio";
  title: string;
  status: 404;
  code: "UNKNOWN_PORTFOLIO";
  /** For people. */
  detail: string;
  portfolio: string;
  /** Under which the request was logged. */
  request_id: string;
}>;

export type UnknownRoute = Readonly<{
  type: "urn:equipoise:problem:unknown-route";
  title: string;
  status: 404;
  code: "UNKNOWN_ROUTE";
  /** For people. */
  detail: string;
  routes: readonly string[];
  /** Under which the request was logged. */
  request_id: string;
}>;

export type UnknownSecurity = Readonly<{
  type: "urn:equipoise:problem:unknown-security";
  title: string;
  status: 404;
  code: "UNKNOWN_SECURITY";
  /** For people. */
  detail: string;
  index?: string;
  ticker: string;
  /** Where the request named a day. */
  on?: string;
  /** Under which the request was logged. */
  request_id: string;
}>;

export type UnknownSymbol = Readonly<{
  type: "urn:equipoise:problem:unknown-symbol";
  title: string;
  status: 404;
  code: "UNKNOWN_SYMBOL";
  /** For people. */
  detail: string;
  symbol: string;
  /** Under which the request was logged. */
  request_id: string;
}>;

export type UnknownVersion = Readonly<{
  type: "urn:equipoise:problem:unknown-version";
  title: string;
  status: 404;
  code: "UNKNOWN_VERSION";
  /** For people. */
  detail: string;
  dataset: string;
  /** The one asked for; with `min_seq` the one that stands. */
  seq: number;
  min_seq?: number;
  /** Under which the request was logged. */
  request_id: string;
}>;

export type UnpricedPosition = Readonly<{
  type: "urn:equipoise:problem:unpriced-position";
  title: string;
  status: 422;
  code: "UNPRICED_POSITION";
  /** For people. */
  detail: string;
  as_of: string;
  /** Those without a price on that day or shortly before. */
  symbols: readonly string[];
  /** Under which the request was logged. */
  request_id: string;
}>;

export type VersionsAnswer = Readonly<{
  name: "market" | "index" | "bars" | "orders" | "risk";
  /** Those that can still be gone back to, newest first. */
  versions: readonly Readonly<{
    seq: number;
    written_at: string;
    writer: string;
    /** What the commit did: "ingest simulate", "build top100-ew". */
    note: string;
    /** Versions of the datasets this one was derived from. */
    built_from: Readonly<Record<string, string>> | null;
    parts: number;
  }>[];
}>;

/** What the answer rests on and its figures do not show. */
export type Warning =
  | Readonly<{
      code: "STALE_PRICE";
      /** The same for people. */
      message: string;
      /** How often it holds in this answer; exact. */
      count: number;
      /** The first ten at most. */
      examples: readonly Readonly<{
        date: string;
        ticker: string;
      }>[];
    }>
  | Readonly<{
      code: "CAP_MISSING";
      /** The same for people. */
      message: string;
      /** How often it holds in this answer; exact. */
      count: number;
      /** The first ten at most. */
      examples: readonly Readonly<{
        date: string;
        ticker: string;
      }>[];
    }>
  | Readonly<{
      code: "MISSING_SESSION";
      /** The same for people. */
      message: string;
      /** How often it holds in this answer; exact. */
      count: number;
      /** The first ten at most. */
      examples: readonly Readonly<{
        date: string;
      }>[];
    }>
  | Readonly<{
      code: "FEWER_THAN_SIZE";
      /** The same for people. */
      message: string;
      /** How often it holds in this answer; exact. */
      count: number;
      /** The first ten at most. */
      examples: readonly Readonly<{
        date: string;
        constituents: number;
      }>[];
    }>
  | Readonly<{
      code: "MARKET_CHANGED";
      /** The same for people. */
      message: string;
      /** How often it holds in this answer; exact. */
      count: number;
      /** The first ten at most. */
      examples: readonly Readonly<{
        date: string;
        in_market?: boolean;
      }>[];
    }>
  | Readonly<{
      code: "REBASED";
      /** The same for people. */
      message: string;
      /** How often it holds in this answer; exact. */
      count: number;
      examples: readonly unknown[];
    }>
  | Readonly<{
      code: "MARKET_UNCHECKED";
      /** The same for people. */
      message: string;
      /** How often it holds in this answer; exact. */
      count: number;
      examples: readonly unknown[];
    }>
  | Readonly<{
      code: "NOT_POINT_IN_TIME";
      /** The same for people. */
      message: string;
      /** How often it holds in this answer; exact. */
      count: number;
      examples: readonly unknown[];
    }>
  | Readonly<{
      code: "SIMULATED_DATA";
      /** The same for people. */
      message: string;
      /** How often it holds in this answer; exact. */
      count: number;
      examples: readonly unknown[];
    }>
  | Readonly<{
      code: "CAPS_AS_DELIVERED";
      /** The same for people. */
      message: string;
      /** How often it holds in this answer; exact. */
      count: number;
      examples: readonly unknown[];
    }>;

export type WindowedBar = Readonly<{
  /** Length of the window. */
  window: string;
  /** The window is from here ... */
  start: string;
  /** ... to here, without this instant. */
  end: string;
  open: number;
  high: number;
  low: number;
  close: number;
  /** Shares, of irregular trades too. */
  volume: number;
  /** Sum of price times size over volume; null without volume. */
  vwap: number | null;
  /** Trades, irregular ones and those of size 0 included. */
  trades: number;
  /** How often the bar was corrected after it closed. */
  revision: number;
  /** Not all of the window was seen, or not yet. */
  partial: boolean;
  /** No regular trade happened: the prices are those of irregular ones. */
  irregular: boolean;
}>;

export type WriteConflict = Readonly<{
  type: "urn:equipoise:problem:write-conflict";
  title: string;
  status: 409;
  code: "WRITE_CONFLICT";
  /** For people. */
  detail: string;
  dataset?: string;
  attempts?: number;
  key?: string;
  /** Under which the request was logged. */
  request_id: string;
}>;

/** Every refusal, told apart by `code`. */
export type Problem =
  | BadRequest
  | DegenerateInput
  | DependencyDown
  | Forbidden
  | IdempotencyConflict
  | ImageRefused
  | IndexExists
  | IndexNotBuilt
  | Internal
  | MethodNotAllowed
  | MissingSession
  | ModelNotTrained
  | NoTradingDay
  | OrderClosed
  | PayloadTooLarge
  | PortfolioChanged
  | PortfolioExists
  | QuotaExceeded
  | RangeOutsideData
  | RateLimited
  | ReservedIndexId
  | ReversedRange
  | TooFewScenarios
  | TooManyPortfolios
  | Unauthorized
  | UnknownDataset
  | UnknownField
  | UnknownIndex
  | UnknownInstrument
  | UnknownOrder
  | UnknownPortfolio
  | UnknownRoute
  | UnknownSecurity
  | UnknownSymbol
  | UnknownVersion
  | UnpricedPosition
  | WriteConflict;

export type Routes = Readonly<{
  /** Build an index from the stored market and store it. */
  "POST /build-index": Readonly<{
    query?: BuildIndexQuery;
    body?: BuildIndexRequest;
    answer: BuildIndexAnswer;
  }>;
  /** Level, returns and statistics. */
  "GET /index-performance": Readonly<{
    query?: IndexPerformanceQuery;
    answer: IndexPerformanceAnswer;
  }>;
  /** The members at the close of one session. */
  "GET /index-composition": Readonly<{
    query: IndexCompositionQuery;
    answer: IndexCompositionAnswer;
  }>;
  /** Who entered and who left, with reasons. */
  "GET /composition-changes": Readonly<{
    query?: CompositionChangesQuery;
    answer: CompositionChangesAnswer;
  }>;
  /** An Excel workbook, answered as a link. */
  "POST /export-data": Readonly<{
    query?: ExportDataQuery;
    body?: ExportDataRequest;
    answer: ExportDataAnswer;
  }>;
  /** The indices that exist. */
  "GET /indices": Readonly<{ query?: ListIndicesQuery; answer: ListIndicesAnswer }>;
  /** The rules of one index. */
  "GET /indices/{id}": Readonly<{
    path: OneIndexPath;
    query?: OneIndexQuery;
    answer: OneIndexAnswer;
  }>;
  /** Remove an index. */
  "DELETE /indices/{id}": Readonly<{ path: DeleteIndexPath; answer: DeleteIndexAnswer }>;
  /** When a security was a member. */
  "GET /indices/{id}/members/{ticker}": Readonly<{
    path: MembershipPath;
    query?: MembershipQuery;
    answer: MembershipAnswer;
  }>;
  /** What each member contributed to one day's return. */
  "GET /index-attribution": Readonly<{
    query: IndexAttributionQuery;
    answer: IndexAttributionAnswer;
  }>;
  /** Sessions captured and missing. */
  "GET /api/v1/sessions": Readonly<{ query?: SessionsQuery; answer: SessionsAnswer }>;
  /** What was repaired, refused or noticed when the market was loaded. */
  "GET /api/v1/quality": Readonly<{ query?: QualityQuery; answer: QualityAnswer }>;
  /** The securities the market had on a day, with those that have left since. */
  "GET /api/v1/universe": Readonly<{ query: UniverseQuery; answer: UniverseAnswer }>;
  /** Which ingestions ran and what came of them. */
  "GET /api/v1/ingestions": Readonly<{ query?: IngestionsQuery; answer: IngestionsAnswer }>;
  /** Daily bars, market caps, splits and dividends of a security. */
  "GET /api/v1/daily/{symbol}": Readonly<{
    path: DailyBarsPath;
    query?: DailyBarsQuery;
    answer: DailyBarsAnswer;
  }>;
  /** The price some minutes ahead, and what the forecast is worth. */
  "GET /api/v1/predictions/{symbol}": Readonly<{
    path: PredictionPath;
    query?: PredictionQuery;
    answer: PredictionAnswer;
  }>;
  /** The last trade of a symbol, its day and its last bars. */
  "GET /api/v1/latest/{symbol}": Readonly<{
    path: LatestPath;
    query?: LatestQuery;
    answer: LatestAnswer;
  }>;
  /** The same under another name. */
  "GET /api/v1/market/data/{symbol}": Readonly<{
    path: MarketDataPath;
    query?: MarketDataQuery;
    answer: MarketDataAnswer;
  }>;
  /** Trades of a symbol, newest first. */
  "GET /api/v1/ticks/{symbol}": Readonly<{
    path: TicksPath;
    query?: TicksQuery;
    answer: TicksAnswer;
  }>;
  /** Bars of a symbol in windows of one length. */
  "GET /api/v1/aggregated/{symbol}": Readonly<{
    path: AggregatedBarsPath;
    query?: AggregatedBarsQuery;
    answer: AggregatedBarsAnswer;
  }>;
  /** Indicators over the closed bars of a symbol. */
  "GET /api/v1/indicators/{symbol}": Readonly<{
    path: IndicatorsPath;
    query?: IndicatorsQuery;
    answer: IndicatorsAnswer;
  }>;
  /** Symbols and their names, and what there is of each. */
  "GET /api/v1/symbols": Readonly<{ query?: SymbolsQuery; answer: SymbolsAnswer }>;
  /** What was out of the ordinary in the stream. */
  "GET /api/v1/anomalies": Readonly<{ query?: AnomaliesQuery; answer: AnomaliesAnswer }>;
  /** A ticket that opens one live connection. */
  "POST /api/v1/live/tickets": Readonly<{ answer: LiveTicketAnswer }>;
  /** Take an order in. */
  "POST /api/v1/orders": Readonly<{ body: SubmitOrderRequest; answer: SubmitOrderAnswer }>;
  /** Your orders, newest first. */
  "GET /api/v1/orders": Readonly<{ query?: OrdersQuery; answer: OrdersAnswer }>;
  /** An order as it stands, with its fills. */
  "GET /api/v1/orders/{id}": Readonly<{ path: OrderPath; query?: OrderQuery; answer: OrderAnswer }>;
  /** Ask for another price or size of an order. */
  "PUT /api/v1/orders/{id}": Readonly<{
    path: AmendOrderPath;
    body: AmendOrderRequest;
    answer: AmendOrderAnswer;
  }>;
  /** Ask for the end of an order. */
  "DELETE /api/v1/orders/{id}": Readonly<{ path: CancelOrderPath; answer: CancelOrderAnswer }>;
  /** The best levels of a book. */
  "GET /api/v1/orderbook/{symbol}": Readonly<{
    path: OrderbookPath;
    query?: OrderbookQuery;
    answer: OrderbookAnswer;
  }>;
  /** Trades of the books, newest first. */
  "GET /api/v1/executions": Readonly<{ query?: ExecutionsQuery; answer: ExecutionsAnswer }>;
  /** Store a portfolio. */
  "POST /api/v1/risk/portfolios": Readonly<{
    body: AddPortfolioRequest;
    answer: AddPortfolioAnswer;
  }>;
  /** The portfolios somebody has. */
  "GET /api/v1/risk/portfolios": Readonly<{
    query?: ListPortfoliosQuery;
    answer: ListPortfoliosAnswer;
  }>;
  /** One portfolio. */
  "GET /api/v1/risk/portfolios/{id}": Readonly<{
    path: OnePortfolioPath;
    query?: OnePortfolioQuery;
    answer: OnePortfolioAnswer;
  }>;
  /** Replace a portfolio. */
  "PUT /api/v1/risk/portfolios/{id}": Readonly<{
    path: ReplacePortfolioPath;
    body: ReplacePortfolioRequest;
    answer: ReplacePortfolioAnswer;
  }>;
  /** Remove a portfolio. */
  "DELETE /api/v1/risk/portfolios/{id}": Readonly<{
    path: DeletePortfolioPath;
    query?: DeletePortfolioQuery;
    answer: DeletePortfolioAnswer;
  }>;
  /** What a portfolio may lose, and what that rests on. */
  "GET /api/v1/risk/metrics/{portfolio_id}": Readonly<{
    path: RiskMetricsPath;
    query?: RiskMetricsQuery;
    answer: RiskMetricsAnswer;
  }>;
  /** Trades that take risk away, and what they leave. */
  "POST /api/v1/risk/hedge/{portfolio_id}": Readonly<{
    path: RiskHedgePath;
    body: RiskHedgeRequest;
    answer: RiskHedgeAnswer;
  }>;
  /** What large moves would do to a portfolio. */
  "POST /api/v1/risk/stress/{portfolio_id}": Readonly<{
    path: RiskStressPath;
    body: RiskStressRequest;
    answer: RiskStressAnswer;
  }>;
  /** The datasets and their versions. */
  "GET /api/v1/datasets": Readonly<{ query?: DatasetsQuery; answer: DatasetsAnswer }>;
  /** Versions of one dataset. */
  "GET /api/v1/datasets/{name}/versions": Readonly<{
    path: DatasetVersionsPath;
    query?: DatasetVersionsQuery;
    answer: DatasetVersionsAnswer;
  }>;
  /** Go back to an older version. */
  "POST /api/v1/datasets/{name}/rollback": Readonly<{
    path: RollbackPath;
    body: RollbackRequest;
    answer: RollbackAnswer;
  }>;
  /** Whether each part answers, and how fast. */
  "GET /api/v1/health": Readonly<{ query?: HealthQuery; answer: HealthAnswer }>;
  /** What the service has counted, as Prometheus reads it. */
  "GET /metrics": Readonly<{ query?: MetricsQuery; answer: MetricsAnswer }>;
  /** Every call, what it takes and what it answers, as an OpenAPI 3.1 document. */
  "GET /openapi.json": Readonly<{ answer: ApiDocumentAnswer }>;
}>;
