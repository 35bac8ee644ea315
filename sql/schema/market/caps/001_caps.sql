-- caps: the hot, narrow part of the market, in the order the index reads it.
-- The members of a day are one seek in cap_by_size and a walk down from the largest; `close` stands in that
-- index so that the walk never leaves it (measured: half the time of looking each price up).

create table cap (
  date integer not null,
  symbol integer not null,
  close real not null check (close > 0),
  market_cap real check (market_cap >= 0),
  primary key (date, symbol)
) strict, without rowid;

create unique index cap_by_size on cap (date, market_cap desc, symbol, close) where market_cap > 0;

-- Runs of sessions on which a symbol has a priced row without a break. Halts, delistings and listings are
-- read from the ends of these few lines instead of comparing each pair of days.
create table coverage (
  symbol integer not null,
  first_date integer not null,
  last_date integer not null check (last_date >= first_date),
  primary key (symbol, first_date)
) strict, without rowid;
