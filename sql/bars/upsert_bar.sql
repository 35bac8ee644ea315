-- upsert_bar: a bar, unless a later revision of it is there.
-- schema : main=bars/day
-- params : :symbol, :size_ms, :start_ms, :open, :high, :low, :close, :volume, :vwap (or null), :trades, :revision, :flags, :seq
-- columns: none
-- order  : none
-- rule   : of two bars of one window the one with the higher revision stands, then the one that was told later.
insert into bar (symbol, size_ms, start_ms, open, high, low, close, volume, vwap, trades, revision, flags, seq)
values (:symbol, :size_ms, :start_ms, :open, :high, :low, :close, :volume, :vwap, :trades, :revision, :flags, :seq)
on conflict (symbol, size_ms, start_ms) do update set
  open = excluded.open,
  high = excluded.high,
  low = excluded.low,
  close = excluded.close,
  volume = excluded.volume,
  vwap = excluded.vwap,
  trades = excluded.trades,
  revision = excluded.revision,
  flags = excluded.flags,
  seq = excluded.seq
where (excluded.revision, excluded.seq) >= (revision, seq);
