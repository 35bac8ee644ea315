-- volumes: the volume of every symbol on one day.
-- schema : main=market/bars
-- params : :date (YYYYMMDD)
-- columns: symbol INTEGER, volume REAL (shares, null when not delivered)
-- order  : symbol
-- rule   : the table's own order.
select symbol, volume
from bar
where date = :date
order by symbol;
