-- delete_folds: forgets commits that are long past.
-- schema : main=bars/progress
-- params : :before_ms
-- columns: none
-- order  : none
-- rule   : the last one before a time says as much as all before it; the progress itself is kept elsewhere.
delete from fold
where folded_ms < :before_ms;
