-- bars_until: the last bars of a symbol in a range of time, newest first.
-- schema : main=bars/day
-- params : :symbol, :size_ms, :from_ms, :to_ms (of the windows' starts; the end is not included), :limit
-- columns: start_ms INTEGER, open REAL, high REAL, low REAL, close REAL, volume REAL, vwap REAL, trades INTEGER, revision INTEGER, flags INTEGER, seq INTEGER
-- order  : start_ms, newest first
-- rule   : the range of the primary key, from the number of the symbol in this part.
select b.start_ms, b.open, b.high, b.low, b.close, b.volume, b.vwap, b.trades, b.revision, b.flags, b.seq
from symbol s
cross join bar b
where s.name = :symbol
  and b.symbol = s.id
  and b.size_ms = :size_ms
  and b.start_ms >= :from_ms
  and b.start_ms < :to_ms
order by b.start_ms desc
limit :limit;
