-- folds: the last commits of each shard.
-- schema : main=bars/progress
-- params : none
-- columns: log TEXT, shard TEXT, folded_ms INTEGER (clock of the commit, ms since 1970), through_seq TEXT
-- order  : log, shard, folded_ms
-- rule   : what was folded a while ago is what no reader looks for outside the image.
select log, shard, folded_ms, through_seq
from fold
order by log, shard, folded_ms;
