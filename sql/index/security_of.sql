-- security_of: the security a ticker stood for when it was last a member in one year.
-- schema : main=index/year
-- params : :ticker
-- columns: security TEXT
-- order  : id descending (at most one row)
-- rule   : of two holders of a ticker in a year the later one is meant.
select security
from constituent
where ticker = :ticker
order by id desc
limit 1;
