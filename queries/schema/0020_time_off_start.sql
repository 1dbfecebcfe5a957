-- title: When time off that a tracker told began
-- note: On the clock of its zone; null where only the day is known. Time off over several days needs it.

alter table imported_time_off add column started_local timestamp;
