-- daily_closes: the closes of one security within one part of bars.
-- schema : main=market/bars
-- params : :sessions (JSON list of YYYYMMDD), :tickers (JSON list of {ticker, from, to}, days YYYYMMDD included)
-- columns: date INTEGER (YYYYMMDD), close REAL (USD)
-- order  : date
-- rule   : what a dividend is measured against is the close before it, wherever that stands.
select b.date, b.close
from json_each(:sessions) d
cross join json_each(:tickers) t
cross join symbol s
cross join bar b
where d.value between t.value ->> 'from' and t.value ->> 'to'
  and s.ticker = t.value ->> 'ticker'
  and b.date = d.value
  and b.symbol = s.id
order by b.date;
