-- stored_rows: the rows of one day, with whose they are and how their market caps came about.
-- schema : main=market/bars
-- params : :date (YYYYMMDD)
-- columns: symbol INTEGER, open REAL, high REAL, low REAL, close REAL, volume REAL, market_cap REAL, source INTEGER,
--          basis TEXT (null when the cap is as delivered), delivered REAL, shares REAL, effective_date INTEGER,
--          known_at INTEGER, cap_source TEXT
-- order  : symbol
-- rule   : one walk along both primary keys, in the order in which staged rows of a day stand.
select
  b.symbol,
  b.open,
  b.high,
  b.low,
  b.close,
  b.volume,
  b.market_cap,
  b.source,
  c.basis,
  c.delivered,
  c.shares,
  c.effective_date,
  c.known_at,
  c.source as cap_source
from bar b
left join cap_basis c on c.date = b.date and c.symbol = b.symbol
where b.date = :date
order by b.symbol;
