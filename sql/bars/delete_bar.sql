-- delete_bar: takes away a bar all of whose trades were cancelled.
-- schema : main=bars/day
-- params : :symbol, :size_ms, :start_ms, :revision
-- columns: none
-- order  : none
-- rule   : a later revision, with trades in it again, stands.
delete from bar
where symbol = :symbol
  and size_ms = :size_ms
  and start_ms = :start_ms
  and revision <= :revision;
