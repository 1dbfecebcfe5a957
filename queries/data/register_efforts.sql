-- title: Which time entries are setup or maintenance of an automation
-- unit: rules
-- note: Texts separated by | are searched for in the field; case does not matter.
-- parameters: none

select automation, kind, field, pattern
from automation_effort
order by automation, kind desc, field, pattern
