-- delete_definition: forgets an index.
-- schema : main=index/definitions
-- params : :id
-- columns: none
-- order  : none
-- rule   : its years are dropped from the manifest in the same commit.
delete from index_definition
where id = :id;
