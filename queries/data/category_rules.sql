-- title: Category rules
-- unit: rules
-- note: In the order in which they are tried; the first that matches decides, or only suggests.
-- parameters: none

select position, field, operator, pattern, category, effect
from category_rule
where scheme = 'activity'
order by position
