-- reference, continued: what the quality gate said of the rows, and shares outstanding as they became known.

-- Figures that were not taken as delivered. A row of the day whose figure could not be trusted at all is in quarantine.
create table repair (
  date integer not null check (date between 19000101 and 21001231),
  ticker text not null,
  field text not null check (field in ('market_cap', 'close', 'volume', 'range')),
  delivered real,
  used real,
  rule text not null,
  detail text not null,
  primary key (date, ticker, field)
) strict, without rowid;

-- What was noticed about a session as a whole, or about one exchange of it ('' = all). failed = 1: its rows were
-- not taken, and those stored before stand.
create table finding (
  date integer not null check (date between 19000101 and 21001231),
  exchange text not null,
  reason text not null,
  detail text not null,
  failed integer not null check (failed in (0, 1)),
  primary key (date, exchange, reason)
) strict, without rowid;

-- Shares outstanding: the number counts from the day after known_at, on the split basis of effective_date.
create table shares_fact (
  symbol integer not null references symbol (id),
  effective_date integer not null check (effective_date between 19000101 and 21001231),
  known_at integer not null check (known_at between 19000101 and 21001231),
  shares real not null check (shares > 0),
  source text not null,
  primary key (symbol, effective_date, known_at, source)
) strict, without rowid;

-- Splits that no file of actions named, told by the vendor's own net change.
create table detected_split (
  date integer not null check (date between 19000101 and 21001231),
  symbol integer not null references symbol (id),
  ratio real not null check (ratio > 0),
  detail text not null,
  primary key (date, symbol)
) strict, without rowid;
