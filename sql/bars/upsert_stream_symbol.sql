-- upsert_stream_symbol: a symbol of the stream and the span of its trades, widened by what came now.
-- schema : main=bars/progress
-- params : :name, :log, :shard, :first_ms, :last_ms
-- columns: none
-- order  : none
-- rule   : spans only ever widen.
insert into stream_symbol (name, log, shard, first_ms, last_ms)
values (:name, :log, :shard, :first_ms, :last_ms)
on conflict (name, log, shard) do update set
  first_ms = min(first_ms, excluded.first_ms),
  last_ms = max(last_ms, excluded.last_ms);
