-- listed_records: when records say that securities were listed, and of which company.
-- schema : main=market/reference
-- params : none
-- columns: symbol INTEGER, valid_from INTEGER (YYYYMMDD), valid_to INTEGER (YYYYMMDD), issuer TEXT, cik TEXT
-- order  : symbol, valid_from
-- rule   : of the whole market; daily_records is the same for a few symbols.
select symbol, valid_from, valid_to, issuer, cik
from security_record
order by symbol, valid_from;
