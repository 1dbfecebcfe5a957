"""What a lead tells the dashboard: category rules, people, aliases, automations, prices and labeling projects."""

from __future__ import annotations

from dashboard.mapping.aliases import accept_aliases, propose_aliases
from dashboard.mapping.automations import (
    format_automations_csv,
    load_automations_csv,
    read_automations,
    save_automations_frame,
)
from dashboard.mapping.labeling_projects import (
    format_labeling_projects_csv,
    load_labeling_projects_csv,
    read_labeling_projects,
    save_labeling_projects_frame,
)
from dashboard.mapping.people import (
    format_people_csv,
    load_people_csv,
    read_people,
    read_time_off,
    save_people_frame,
    save_time_off,
)
from dashboard.mapping.rates import format_rates_csv, load_rates_csv, read_rates, save_rates_frame
from dashboard.mapping.rules import (
    CategoryDecision,
    explain_category,
    format_rules_csv,
    load_rules_csv,
    parse_rules_csv,
    parse_rules_frame,
    preview_rules,
    read_rules,
    save_rules,
)

__all__ = [
    "CategoryDecision",
    "accept_aliases",
    "explain_category",
    "format_automations_csv",
    "format_labeling_projects_csv",
    "format_people_csv",
    "format_rates_csv",
    "format_rules_csv",
    "load_automations_csv",
    "load_labeling_projects_csv",
    "load_people_csv",
    "load_rates_csv",
    "load_rules_csv",
    "parse_rules_csv",
    "parse_rules_frame",
    "preview_rules",
    "propose_aliases",
    "read_automations",
    "read_labeling_projects",
    "read_people",
    "read_rates",
    "read_rules",
    "read_time_off",
    "save_automations_frame",
    "save_labeling_projects_frame",
    "save_people_frame",
    "save_rates_frame",
    "save_rules",
    "save_time_off",
]
