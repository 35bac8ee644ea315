-- delete_orphans: names that are no member of any day left.
-- schema : main=index/year
-- params : none
-- columns: none
-- order  : none
-- rule   : after days were taken away; ids by first appearance make the orphans the highest ids.
delete from constituent
where id not in (select constituent from member);
