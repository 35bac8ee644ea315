-- tick_blocks: where the trades of a symbol in a range of time lie, and all that amend some trade of it.
-- schema : main=bars/day
-- params : :symbol, :from_ms, :to_ms (both included)
-- columns: log TEXT, shard TEXT, day INTEGER (YYYYMMDD), after_seq TEXT, through_seq TEXT, offset INTEGER, bytes INTEGER, from_ms INTEGER, to_ms INTEGER, trades INTEGER, amendments INTEGER
-- order  : log, shard, file
-- rule   : a cancel does not say when its trade was, so each that a part names is read.
select f.log, f.shard, f.day, f.after_seq, f.through_seq, b.offset, b.bytes, b.from_ms, b.to_ms, b.trades, b.amendments
from symbol s
cross join tick_block b
cross join tick_file f
where s.name = :symbol
  and b.symbol = s.id
  and (b.amendments > 0 or (b.from_ms <= :to_ms and b.to_ms >= :from_ms))
  and f.id = b.file
order by f.log, f.shard, f.id;
