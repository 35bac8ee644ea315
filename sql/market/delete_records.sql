-- delete_records: forgets what a symbol was, before a newer file says it whole.
-- schema : main=market/reference
-- params : :symbol
-- columns: none
-- order  : none
-- rule   : a securities file is taken as all that is known of the tickers it names.
delete from security_record
where symbol = :symbol;
