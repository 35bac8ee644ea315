-- all_refused: how many records and rows were refused, by reason.
-- schema : main=bars/day
-- params : none
-- columns: log TEXT, shard TEXT, reason TEXT, count INTEGER
-- order  : log, shard, reason
-- rule   : one row for each reason that occurred.
select log, shard, reason, count
from refused
order by log, shard, reason;
