-- coverage: runs of sessions on which a symbol has a priced row without a break, within one part.
-- schema : main=market/caps
-- params : none
-- columns: symbol INTEGER, first_date INTEGER (YYYYMMDD), last_date INTEGER (YYYYMMDD)
-- order  : symbol, first_date
-- rule   : derived when the part is written, so that halts and delistings are read, not searched for.
select symbol, first_date, last_date
from coverage
order by symbol, first_date;
