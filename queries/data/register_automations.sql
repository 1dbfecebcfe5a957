-- title: Automations in the register
-- unit: hours of setup
-- note: One row per automation; setup hours are those typed in, empty if they come from time entries or are not known.
-- parameters: none

select name as automation, technique, applies, hours(setup_seconds) as setup_hours, note
from automation
order by automation
