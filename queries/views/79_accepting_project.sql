-- title: Projects whose log tells what was accepted
-- note: Some label was accepted or fixed, or all finished labels are reviewed. Elsewhere only rejections are recorded, and labels without one may have been accepted: a share of reviewed labels would be near zero whatever the reviewers said.

create or replace view accepting_project as
select project
from label
group by project
having coalesce(bool_or(outcome in ('accepted', 'fixed')), false)
    or coalesce(bool_and(is_reviewed) filter (where is_produced), false);
