-- symbol_changes: renames, by the ids of the two tickers.
-- schema : main=market/reference
-- params : none
-- columns: date INTEGER (YYYYMMDD), old_symbol INTEGER, new_symbol INTEGER
-- order  : date, old_symbol
-- rule   : a rename of a ticker the market never delivered touches nobody.
select c.date, o.id as old_symbol, n.id as new_symbol
from symbol_change c
join symbol o on o.ticker = c.old_ticker
join symbol n on n.ticker = c.new_ticker
order by c.date, o.id;
