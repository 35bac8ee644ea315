-- company_records: which company each record of some symbols is of.
-- schema : main=market/reference
-- params : :symbols (JSON list of ids)
-- columns: symbol INTEGER, valid_from INTEGER (YYYYMMDD), valid_to INTEGER (YYYYMMDD), issuer TEXT, cik TEXT
-- order  : symbol, valid_from
-- rule   : asked only for symbols with prices after a delisting, which are few.
select symbol, valid_from, valid_to, issuer, cik
from security_record
where symbol in (select value from json_each(:symbols))
order by symbol, valid_from;
