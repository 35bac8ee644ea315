-- candidates: the eligible names of one day, largest market cap first.
-- schema : caps=market/caps, reference=market/reference
-- temp   : create_holder, create_eligible
-- params : :date (YYYYMMDD)
-- columns: symbol INTEGER, close REAL (USD), market_cap REAL (USD), issuer INTEGER
-- order  : market_cap descending; equal caps in no order (the ranking sorts them by ticker)
-- rule   : a walk down the covering index that the reader stops when it has enough, so the cost follows the size
--          of the index and not that of the market. CROSS JOIN fixes the loop order.
select c.symbol, c.close, c.market_cap, e.issuer
from caps.cap c indexed by cap_by_size
cross join eligible e
  on e.symbol = c.symbol and e.valid_from <= :date and e.valid_to >= :date
where c.date = :date
  and c.market_cap > 0
order by c.market_cap desc;
