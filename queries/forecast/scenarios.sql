-- title: Saved scenarios with their inputs
-- unit: that of the input
-- note: One row per input; a scenario without inputs has one row with an empty input. project '' means every project.
-- parameters: none

select
    scenario.name as scenario, scenario.project, scenario_input.input, scenario_input.value, scenario_input.low,
    scenario_input.high, scenario_input.origin, scenario_input.as_of, scenario_input.source, scenario.note,
    scenario.created_at, scenario.created_by
from scenario
left join scenario_input on scenario_input.scenario = scenario.name and scenario_input.project = scenario.project
order by scenario.name, scenario.project, scenario_input.input
