-- all_tick_files: the files of ticks that a part names.
-- schema : main=bars/day
-- params : none
-- columns: id INTEGER, log TEXT, shard TEXT, day INTEGER (YYYYMMDD), after_seq TEXT, through_seq TEXT, bytes INTEGER, ticks INTEGER
-- order  : id
-- rule   : ids follow the order in which files were folded.
select id, log, shard, day, after_seq, through_seq, bytes, ticks
from tick_file
order by id;
