-- bars_of: every row of a part of bars, to be folded into a longer one.
-- schema : main=market/bars
-- params : none
-- columns: date INTEGER (YYYYMMDD), ticker TEXT, open REAL, high REAL, low REAL, close REAL, volume REAL, market_cap REAL,
--          source INTEGER
-- order  : date, ticker
-- rule   : by ticker, because ids are the reader's own.
select b.date, s.ticker, b.open, b.high, b.low, b.close, b.volume, b.market_cap, b.source
from bar b
join symbol s on s.id = b.symbol
order by b.date, s.ticker;
