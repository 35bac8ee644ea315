-- upsert_definition: an index and the run it now covers.
-- schema : main=index/definitions
-- params : :id, :parameters (JSON), :provenance (JSON), :first_date (YYYYMMDD), :last_date (YYYYMMDD)
-- columns: none
-- order  : none
-- rule   : rules never change under an id; the run and where its prices came from do.
insert into index_definition (id, parameters, provenance, first_date, last_date)
values (:id, :parameters, :provenance, :first_date, :last_date)
on conflict (id) do update set
  provenance = excluded.provenance,
  first_date = excluded.first_date,
  last_date = excluded.last_date;
