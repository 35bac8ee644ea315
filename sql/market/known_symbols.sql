-- known_symbols: tickers with the name of their last record and the days they had a price on, in the order of tickers.
-- schema : main=market/reference
-- params : :query (in lower case; '' = all), :after (a ticker; '' = from the first), :limit
-- columns: ticker TEXT, name TEXT (null without a record), first_date INTEGER (YYYYMMDD, null before the first price), last_date INTEGER
-- order  : ticker
-- rule   : a ticker is found by its beginning, a name by any part of it.
select s.ticker, r.name, s.first_date, s.last_date
from symbol s
left join security_record r
  on r.symbol = s.id
  and r.valid_from = (select max(l.valid_from) from security_record l where l.symbol = s.id)
where s.ticker > :after
  and (substr(lower(s.ticker), 1, length(:query)) = :query or instr(lower(coalesce(r.name, '')), :query) > 0)
order by s.ticker
limit :limit;
