-- all_bars: every bar of a part, to go into a larger one.
-- schema : main=bars/day
-- params : none
-- columns: symbol TEXT, size_ms INTEGER, start_ms INTEGER, open REAL, high REAL, low REAL, close REAL, volume REAL, vwap REAL, trades INTEGER, revision INTEGER, flags INTEGER, seq INTEGER
-- order  : symbol, size_ms, start_ms
-- rule   : the order of the rows as they lie, so that nothing is sorted.
select s.name as symbol, b.size_ms, b.start_ms, b.open, b.high, b.low, b.close, b.volume, b.vwap, b.trades, b.revision, b.flags, b.seq
from bar b
join symbol s on s.id = b.symbol
order by b.symbol, b.size_ms, b.start_ms;
