-- built_by: the rules a year was built by and what market stood behind it.
-- schema : main=index/year
-- params : none
-- columns: id TEXT, parameters TEXT (JSON), provenance TEXT (JSON)
-- order  : id (one row)
-- rule   : repeated in each year so that a year can be read alone.
select id, parameters, provenance
from definition
order by id;
