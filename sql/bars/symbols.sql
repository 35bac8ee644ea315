-- symbols: the symbols of one part and their numbers in it.
-- schema : main=bars/day
-- params : none
-- columns: id INTEGER, name TEXT
-- order  : id
-- rule   : a number means something in its own part alone.
select id, name
from symbol
order by id;
