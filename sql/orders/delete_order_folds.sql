-- delete_order_folds: forgets commits before an instant.
-- schema : main=orders/progress
-- params : :before_ms
-- columns: none
-- order  : none
-- rule   : the last commit of a shard stays, however old: it says what may be removed.
delete from fold
where folded_ms < :before_ms
  and exists (
    select 1
    from fold as later
    where later.shard = fold.shard
      and later.folded_ms > fold.folded_ms
      and later.folded_ms < :before_ms
  );
