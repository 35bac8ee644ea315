-- constituents: the last day each name of one year was a member.
-- schema : main=index/year
-- params : none
-- columns: id INTEGER, ticker TEXT, security TEXT, last_date INTEGER (YYYYMMDD)
-- order  : id
-- rule   : read only when days were taken away; a build that appends knows the last days itself.
select c.id, c.ticker, c.security, max(m.date) as last_date
from constituent c
join member m on m.constituent = c.id
group by c.id
order by c.id;
