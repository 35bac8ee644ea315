-- upsert_symbol: a ticker and the first and last day it had a price, widened by what was read now.
-- schema : main=market/reference
-- params : :id, :ticker, :first_date (YYYYMMDD or null), :last_date
-- columns: none
-- order  : none
-- rule   : days only ever widen: rows are corrected, never taken away.
insert into symbol (id, ticker, first_date, last_date)
values (:id, :ticker, :first_date, :last_date)
on conflict (id) do update set
  first_date = min(coalesce(first_date, excluded.first_date), coalesce(excluded.first_date, first_date)),
  last_date = max(coalesce(last_date, excluded.last_date), coalesce(excluded.last_date, last_date));
