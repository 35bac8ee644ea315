-- extent: how many portfolios there are of an owner, and how many rows in all.
-- schema : main=risk/portfolios
-- params : :owner
-- columns: owned INTEGER, total INTEGER
-- order  : none, one row
-- rule   : the number of an owner's portfolios has a limit, and the manifest names the rows of a part.
select
  (select count(*) from portfolio where owner = :owner) as owned,
  (select count(*) from portfolio) + (select count(*) from position) as total;
