-- cap_basis_of: how the market caps of a part of bars came about where they are not as delivered.
-- schema : main=market/bars
-- params : none
-- columns: date INTEGER (YYYYMMDD), ticker TEXT, basis TEXT, delivered REAL, shares REAL, effective_date INTEGER,
--          known_at INTEGER, source TEXT
-- order  : date, ticker
-- rule   : by ticker, because ids are the reader's own.
select b.date, s.ticker, b.basis, b.delivered, b.shares, b.effective_date, b.known_at, b.source
from cap_basis b
join symbol s on s.id = b.symbol
order by b.date, s.ticker;
