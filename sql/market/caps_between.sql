-- caps_between: closes and market caps of a range of days, from a part of caps.
-- schema : main=market/caps
-- params : :start (YYYYMMDD), :end (YYYYMMDD)
-- columns: date INTEGER (YYYYMMDD), symbol INTEGER, close REAL (USD), market_cap REAL (USD, null when there is none)
-- order  : date, symbol
-- rule   : the table's own order; read a row at a time by the quality gate, which looks back on many sessions.
select date, symbol, close, market_cap
from cap
where date between :start and :end
order by date, symbol;
