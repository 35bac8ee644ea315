-- daily_symbols: a ticker and every other that renames connect it with.
-- schema : main=market/reference
-- params : :ticker
-- columns: id INTEGER, ticker TEXT, first_date INTEGER (YYYYMMDD, null before the first price), last_date INTEGER
-- order  : id
-- rule   : who stands behind a ticker on a day follows from these alone, so the rest of the market is not read.
with recursive link(ticker, other) as materialized (
  select old_ticker, new_ticker
  from symbol_change

  union

  select new_ticker, old_ticker
  from symbol_change
),

relative(ticker) as (
  select :ticker

  union

  select l.other
  from relative r
  join link l on l.ticker = r.ticker
)

select s.id, s.ticker, s.first_date, s.last_date
from relative r
join symbol s on s.ticker = r.ticker
order by s.id;
