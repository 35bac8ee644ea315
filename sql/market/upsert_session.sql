-- upsert_session: what one captured session holds.
-- schema : main=market/reference
-- params : :date (YYYYMMDD), :priced_rows, :capped_rows, :rows_digest
-- columns: none
-- order  : none
-- rule   : facts_digest follows in the same transaction, once every fact is in.
insert into session (date, priced_rows, capped_rows, rows_digest, facts_digest)
values (:date, :priced_rows, :capped_rows, :rows_digest, '')
on conflict (date) do update set
  priced_rows = excluded.priced_rows,
  capped_rows = excluded.capped_rows,
  rows_digest = excluded.rows_digest;
