-- title: Why an entry has its category
-- unit: entries
-- note: The entry's text, its category, and the rule that decided or suggests it; no rule if the file gave the category or no rule matched.
-- parameters: import_id, line

select
    entry.import_id, entry.line, entry.source, entry.person_name as person, entry.client, entry.project, entry.task,
    entry.description, entry.tags, entry.day_on, entry.seconds, entry.category, entry.category_given,
    rule.position, rule.field, rule.operator, rule.pattern, rule.effect, rule.category as rule_category
from categorized_time as entry
left join category_rule as rule on rule.scheme = 'activity' and rule.position = entry.rule_position
where entry.import_id = $import_id and entry.line = $line
order by entry.occurrence
