-- bars: every accepted row as delivered, readable on its own. caps repeats close and market_cap in index order.

create table symbol (
  id integer primary key,
  ticker text not null unique
) strict;

create table bar (
  date integer not null check (date between 19000101 and 21001231),
  symbol integer not null,
  open real check (open > 0),
  high real check (high > 0),
  low real check (low > 0),
  close real not null check (close > 0),
  volume real check (volume >= 0),
  market_cap real check (market_cap >= 0),
  primary key (date, symbol),
  check (high >= low)
) strict, without rowid;

create view daily_stock_data (ticker, date, open, high, low, close, volume, market_cap) as
select
  s.ticker,
  substr(b.date, 1, 4) || '-' || substr(b.date, 5, 2) || '-' || substr(b.date, 7, 2),
  b.open,
  b.high,
  b.low,
  b.close,
  cast(b.volume as integer),
  b.market_cap
from bar b
join symbol s on s.id = b.symbol;
