-- order_progress: how far each shard of the log `orders` is folded.
-- schema : main=orders/progress
-- params : none
-- columns: shard TEXT, through_seq TEXT
-- order  : shard
-- rule   : a shard without a row has nothing folded.
select shard, through_seq
from progress
order by shard;
