-- reference: who trades, what happened to them, which sessions were captured and what was refused.
-- Days are integers YYYYMMDD. Tickers are written as delivered; who stands behind a ticker on a day
-- follows from symbol_change (a rename keeps the identity, a ticker can be used again by somebody else).

create table symbol (
  id integer primary key,
  ticker text not null unique check (ticker <> ''),
  first_date integer check (first_date between 19000101 and 21001231),
  last_date integer check (last_date >= first_date)
) strict;

create table security_record (
  symbol integer not null references symbol (id),
  valid_from integer not null check (valid_from between 0 and 99991231),
  valid_to integer not null check (valid_to >= valid_from),
  exchange text,
  name text,
  country text,
  security_type text check (
    security_type in ('common', 'adr', 'preferred_or_debt', 'unit_warrant_right', 'fund', 'when_issued')
  ),
  issuer text,
  primary_line integer check (primary_line in (0, 1)),
  cik text,
  primary key (symbol, valid_from)
) strict, without rowid;

-- value: split = new shares per old; spinoff = price factor > 1; dividend = USD per post-split share;
-- delisting = final price per post-split share, 0 for a bankruptcy.
create table corporate_action (
  date integer not null check (date between 19000101 and 21001231),
  symbol integer not null references symbol (id),
  action text not null check (action in ('split', 'spinoff', 'dividend', 'delisting')),
  value real not null check (value >= 0 and (value > 0 or action = 'delisting')),
  primary key (date, symbol, action, value)
) strict, without rowid;

create table symbol_change (
  date integer not null check (date between 19000101 and 21001231),
  old_ticker text not null,
  new_ticker text not null check (new_ticker <> old_ticker),
  name text,
  primary key (date, old_ticker)
) strict, without rowid;

-- One line per New York session with at least one priced row. rows_digest covers ticker, close and market cap
-- of the day; facts_digest covers every record, action, rename and first listing up to and including the day.
create table session (
  date integer primary key check (date between 19000101 and 21001231),
  priced_rows integer not null check (priced_rows > 0),
  capped_rows integer not null check (capped_rows between 0 and priced_rows),
  rows_digest text not null,
  facts_digest text not null
) strict;

-- When a vendor's file was taken, where the source says so.
create table capture (
  date integer not null,
  exchange text not null,
  captured_at text not null,
  rows integer not null check (rows >= 0),
  primary key (date, exchange, captured_at)
) strict, without rowid;

-- Rows that were refused: kept with the reason, never silently dropped.
create table quarantine (
  file text not null,
  line integer not null,
  date integer,
  ticker text,
  reason text not null,
  detail text not null,
  raw text not null,
  primary key (file, line, reason)
) strict, without rowid;

-- What kind of market this is: kind = simulated | real, source, gate, point_in_time.
create table market_fact (
  name text primary key,
  value text not null
) strict, without rowid;

create view stock_metadata (ticker, name, market, locale, currency, cik, active) as
select
  s.ticker,
  r.name,
  r.exchange,
  r.country,
  'USD',
  r.cik,
  coalesce(s.last_date = (select max(date) from session), 0)
    and not exists (
      select 1 from corporate_action a where a.symbol = s.id and a.action = 'delisting' and a.date <= s.last_date
    )
from symbol s
left join security_record r
  on r.symbol = s.id
  and r.valid_from = (select max(l.valid_from) from security_record l where l.symbol = s.id);
