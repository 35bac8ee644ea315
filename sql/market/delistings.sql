-- delistings: the days on which securities left the market, as actions tell them.
-- schema : main=market/reference
-- params : none
-- columns: date INTEGER (YYYYMMDD), symbol INTEGER
-- order  : date, symbol
-- rule   : without splits and dividends, which no membership depends on.
select date, symbol
from corporate_action
where action = 'delisting'
order by date, symbol;
