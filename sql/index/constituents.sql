-- constituents: the names of one year, with the last day each was a member.
-- schema : main=index/year
-- params : none
-- columns: id INTEGER, ticker TEXT, security TEXT, last_date INTEGER (YYYYMMDD)
-- order  : id
-- rule   : ids follow first appearance; a later build goes on counting.
select c.id, c.ticker, c.security, max(m.date) as last_date
from constituent c
join member m on m.constituent = c.id
group by c.id
order by c.id;
