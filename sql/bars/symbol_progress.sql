-- symbol_progress: the shards that a symbol came through, and up to when their windows have closed.
-- schema : main=bars/progress
-- params : :name
-- columns: log TEXT, shard TEXT, last_ms INTEGER, closed_ms INTEGER
-- order  : log, shard
-- rule   : none where nobody has seen the symbol; event time runs by itself in each shard.
select s.log, s.shard, s.last_ms, p.closed_ms
from stream_symbol s
join progress p on p.log = s.log and p.shard = s.shard
where s.name = :name
order by s.log, s.shard;
