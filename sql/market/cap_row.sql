-- cap_row: the close and market cap of one symbol on one day.
-- schema : main=market/caps
-- params : :date (YYYYMMDD), :symbol
-- columns: close REAL (USD), market_cap REAL (USD, null when not delivered)
-- order  : none (at most one row)
-- rule   : a primary-key look-up.
select close, market_cap
from cap
where date = :date and symbol = :symbol;
