-- day_rows: the close and market cap of every symbol on one day.
-- schema : main=market/caps
-- params : :date (YYYYMMDD)
-- columns: symbol INTEGER, close REAL (USD), market_cap REAL (USD, null when not delivered)
-- order  : symbol
-- rule   : the table's own order.
select symbol, close, market_cap
from cap
where date = :date
order by symbol;
