-- state_members: the members after one close, as the next day needs them.
-- schema : main=index/year
-- params : :date (YYYYMMDD)
-- columns: ticker TEXT, market_cap REAL (USD), weight REAL (fraction), price REAL (USD), price_date INTEGER (YYYYMMDD)
-- order  : rank
-- rule   : price_date is the day's own unless the price is carried.
select
  c.ticker,
  m.market_cap,
  m.weight,
  m.price,
  coalesce(m.price_date, m.date) as price_date
from member m
join constituent c on c.id = m.constituent
where m.date = :date
order by m.rank;
