-- security_records: what securities were, and whether a list of a day showed it.
-- schema : main=market/reference
-- params : none
-- columns: symbol INTEGER, valid_from INTEGER (YYYYMMDD), valid_to INTEGER (YYYYMMDD), exchange TEXT, name TEXT, country TEXT, security_type TEXT, issuer TEXT, primary_line INTEGER, seen INTEGER (0 or 1)
-- order  : symbol, valid_from
-- rule   : what a list of a new day is compared with.
select symbol, valid_from, valid_to, exchange, name, country, security_type, issuer, primary_line, seen
from security_record
order by symbol, valid_from;
