-- sources_of: the sources of the rows of a part of bars.
-- schema : main=market/bars
-- params : none
-- columns: id INTEGER, name TEXT
-- order  : id
-- rule   : ids follow from the names, the same in every part.
select id, name
from source
order by id;
