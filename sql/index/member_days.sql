-- member_days: the members of a day or of every day of one year.
-- schema : main=index/year
-- params : :start (YYYYMMDD), :end (YYYYMMDD)
-- columns: date INTEGER, rank INTEGER, ticker TEXT, name TEXT, market_cap REAL, weight REAL, price REAL, price_date INTEGER
-- order  : date, rank
-- rule   : a carried price says from which day it is.
select m.date, m.rank, c.ticker, c.name, m.market_cap, m.weight, m.price, coalesce(m.price_date, m.date) as price_date
from member m
join constituent c on c.id = m.constituent
where m.date between :start and :end
order by m.date, m.rank;
