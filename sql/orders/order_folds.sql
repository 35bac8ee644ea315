-- order_folds: the last commits of each shard.
-- schema : main=orders/progress
-- params : none
-- columns: shard TEXT, folded_ms INTEGER (clock of the commit, ms since 1970), through_seq TEXT
-- order  : shard, folded_ms
-- rule   : what was folded a while ago is what no reader looks for outside the image.
select shard, folded_ms, through_seq
from fold
order by shard, folded_ms;
