-- title: Rules that only suggest
-- note: An entry whose first matching rule suggests stays uncategorized; `activity.rule_position` names that rule.

alter table category_rule add column effect varchar default 'decides';
