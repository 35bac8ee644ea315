-- all_tick_blocks: where the ticks of each symbol lie in the files that a part names.
-- schema : main=bars/day
-- params : none
-- columns: symbol TEXT, file INTEGER, offset INTEGER, bytes INTEGER, from_ms INTEGER (null without a trade), to_ms INTEGER, trades INTEGER, amendments INTEGER
-- order  : file, symbol
-- rule   : by file, since they go over to another part together with it.
select s.name as symbol, b.file, b.offset, b.bytes, b.from_ms, b.to_ms, b.trades, b.amendments
from tick_block b
join symbol s on s.id = b.symbol
order by b.file, b.symbol;
