-- stream_symbols: the symbols of the stream, with their first and last trade, over all shards.
-- schema : main=bars/progress
-- params : none
-- columns: name TEXT, first_ms INTEGER, last_ms INTEGER
-- order  : name
-- rule   : a symbol that moved from one shard to another is one symbol.
select name, min(first_ms) as first_ms, max(last_ms) as last_ms
from stream_symbol
group by name
order by name;
