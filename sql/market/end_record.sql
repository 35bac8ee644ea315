-- end_record: ends a record before its successor begins.
-- schema : main=market/reference
-- params : :symbol, :valid_from (YYYYMMDD), :valid_to (YYYYMMDD)
-- columns: none
-- order  : none
-- rule   : the days up to valid_to keep what they were known by.
update security_record
set valid_to = :valid_to
where symbol = :symbol and valid_from = :valid_from;
