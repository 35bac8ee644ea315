-- record_name: what a symbol was called on a day.
-- schema : main=market/reference
-- params : :symbol, :date (YYYYMMDD)
-- columns: name TEXT
-- order  : valid_from descending (at most one row)
-- rule   : the record valid on the day, else the last one before it.
select name
from security_record
where symbol = :symbol and valid_from <= :date
order by valid_from desc
limit 1;
