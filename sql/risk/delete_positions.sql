-- delete_positions: takes away what a portfolio holds.
-- schema : main=risk/portfolios
-- params : :owner, :id
-- columns: none
-- order  : none
-- rule   : a portfolio is replaced as a whole.
delete from position
where owner = :owner
  and portfolio = :id;
