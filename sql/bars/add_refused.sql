-- add_refused: adds to what was refused for one reason.
-- schema : main=bars/day
-- params : :log, :shard, :reason, :count
-- columns: none
-- order  : none
-- rule   : each segment is folded once, so counts add up.
insert into refused (log, shard, reason, count)
values (:log, :shard, :reason, :count)
on conflict (log, shard, reason) do update set count = count + excluded.count;
