-- actions: what happened to securities, in time order.
-- schema : main=market/reference
-- params : none
-- columns: date INTEGER (YYYYMMDD), symbol INTEGER, action TEXT, value REAL
-- order  : date, symbol, action, value
-- rule   : dates as announced; an action takes effect on the first captured session on or after its date.
select date, symbol, action, value
from corporate_action
order by date, symbol, action, value;
