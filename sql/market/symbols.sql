-- symbols: every ticker the market has ever delivered.
-- schema : main=market/reference
-- params : none
-- columns: id INTEGER, ticker TEXT, first_date INTEGER (YYYYMMDD, null before the first price), last_date INTEGER
-- order  : id
-- rule   : ids follow arrival, so order by ticker where the order matters.
select id, ticker, first_date, last_date
from symbol
order by id;
