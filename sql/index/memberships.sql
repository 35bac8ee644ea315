-- memberships: the days of one year on which a security was a member.
-- schema : main=index/year
-- params : :security
-- columns: date INTEGER (YYYYMMDD), ticker TEXT, name TEXT, rank INTEGER, market_cap REAL (USD), weight REAL (fraction)
-- order  : date
-- rule   : by security, so that a rename does not cut the history.
select m.date, c.ticker, c.name, m.rank, m.market_cap, m.weight
from constituent c
join member m on m.constituent = c.id
where c.security = :security
order by m.date;
