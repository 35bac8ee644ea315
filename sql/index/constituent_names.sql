-- constituent_names: the names of one year.
-- schema : main=index/year
-- params : none
-- columns: id INTEGER, ticker TEXT, security TEXT
-- order  : id
-- rule   : ids follow first appearance; a later build goes on counting.
select id, ticker, security
from constituent
order by id;
