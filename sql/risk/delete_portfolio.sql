-- delete_portfolio: takes a portfolio away; its positions go by themselves (delete_positions).
-- schema : main=risk/portfolios
-- params : :owner, :id
-- columns: none
-- order  : none
-- rule   : older versions of the dataset still hold it until they are collected.
delete from portfolio
where owner = :owner
  and id = :id;
