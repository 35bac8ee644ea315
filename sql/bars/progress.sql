-- progress: how far each shard is folded.
-- schema : main=bars/progress
-- params : none
-- columns: log TEXT, shard TEXT, through_seq TEXT, latest_ms INTEGER, closed_ms INTEGER
-- order  : log, shard
-- rule   : a shard without a row has nothing folded.
select log, shard, through_seq, latest_ms, closed_ms
from progress
order by log, shard;
