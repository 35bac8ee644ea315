-- daily_records: when records say that some symbols were listed, and of which company.
-- schema : main=market/reference
-- params : :symbols (JSON list of ids)
-- columns: symbol INTEGER, valid_from INTEGER (YYYYMMDD), valid_to INTEGER (YYYYMMDD), issuer TEXT, cik TEXT
-- order  : symbol, valid_from
-- rule   : enough to part the companies that used one ticker.
select symbol, valid_from, valid_to, issuer, cik
from security_record
where symbol in (select value from json_each(:symbols))
order by symbol, valid_from;
