-- candidates: the priced names of one day that have a market cap, largest first.
-- schema : main=market/caps
-- params : :date (YYYYMMDD), :cap_max (USD, infinity for the first walk of a day)
-- columns: symbol INTEGER, close REAL (USD), market_cap REAL (USD)
-- order  : market_cap descending; equal caps in no order (the ranking sorts them by ticker)
-- rule   : a walk down the covering index that the reader stops when it has enough, so the cost follows the size
--          of the index and not that of the market. Who is eligible is checked outside: joined in here it took
--          twice the time (measured: 57 against 25 ms for a year).
select symbol, close, market_cap
from cap indexed by cap_by_size
where date = :date
  and market_cap > 0
  and market_cap <= :cap_max
order by market_cap desc;
