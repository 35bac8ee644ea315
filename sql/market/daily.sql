-- daily: the bars of one security within one part, with the close as it compares with the end of a range.
-- schema : main=market/bars
-- params : :sessions (JSON list of YYYYMMDD), :tickers (JSON list of {ticker, from, to}, days YYYYMMDD included),
--          :actions (JSON list of {date, split, dividend, close_before}, latest first), :limit
-- columns: date INTEGER (YYYYMMDD), ticker TEXT, open REAL, high REAL, low REAL, close REAL, adjusted_close REAL, volume REAL, market_cap REAL
-- order  : date
-- rule   : one seek a session, in the order of the primary key; `cross join` keeps SQLite from starting elsewhere.
--          An action divides every close before its date by its split ratio (or spin-off factor) and multiplies it by
--          what a dividend leaves of the close before it, 1 - dividend / (close_before / split): the dividend is per
--          post-split share. Divisors are multiplied from the latest action back, so they are exact where ratios
--          are; 1.0 comes first because whole numbers of JSON divide as whole numbers.
with recursive action(number, date, divisor) as materialized (
  select
    key,
    value ->> 'date',
    (value ->> 'split') / (1.0 - coalesce(1.0 * (value ->> 'dividend') * (value ->> 'split') / (value ->> 'close_before'), 0.0))
  from json_each(:actions)
),

later(number, date, divisor) as materialized (
  select number, date, divisor
  from action
  where number = 0

  union all

  select a.number, a.date, l.divisor * a.divisor
  from later l
  join action a on a.number = l.number + 1
)

select
  b.date,
  s.ticker,
  b.open,
  b.high,
  b.low,
  b.close,
  b.close / coalesce((select l.divisor from later l where l.date > b.date order by l.date limit 1), 1.0) as adjusted_close,
  b.volume,
  b.market_cap
from json_each(:sessions) d
cross join json_each(:tickers) t
cross join symbol s
cross join bar b
where d.value between t.value ->> 'from' and t.value ->> 'to'
  and s.ticker = t.value ->> 'ticker'
  and b.date = d.value
  and b.symbol = s.id
order by b.date
limit :limit;
