-- definitions: every index that has been built, with its rules and the run it covers.
-- schema : main=index/definitions
-- params : none
-- columns: id TEXT, parameters TEXT (JSON), provenance TEXT (JSON), first_date INTEGER (YYYYMMDD), last_date INTEGER (YYYYMMDD)
-- order  : id
-- rule   : parameters are canonical, so equal rules are equal text.
select id, parameters, provenance, first_date, last_date
from index_definition
order by id;
