-- delete_actions: forgets one kind of action of one symbol on one day, before a newer file says it again.
-- schema : main=market/reference
-- params : :date (YYYYMMDD), :symbol, :action
-- columns: none
-- order  : none
-- rule   : two dividends of one day stand side by side when one file names both; a corrected value replaces them.
delete from corporate_action
where date = :date and symbol = :symbol and action = :action;
