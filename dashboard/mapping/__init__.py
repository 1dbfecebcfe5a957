"""What a lead teaches the dashboard: categories, who is who, automations, prices, and which project is which."""

from __future__ import annotations

from dashboard.mapping.aliases import accept_aliases, propose_aliases
from dashboard.mapping.automations import automations_csv, automations_frame, load_automations, save_automations
from dashboard.mapping.labeling_projects import load_places, places_csv, places_frame, save_places
from dashboard.mapping.people import load_people, people_csv, people_frame, save_people, save_time_off, time_off_frame
from dashboard.mapping.rates import load_rates, rates_csv, rates_frame, save_rates
from dashboard.mapping.rules import (
    Decision,
    dry_run,
    explain,
    load_rules,
    rules_csv,
    rules_frame,
    rules_from_csv,
    rules_from_frame,
    save_rules,
)

__all__ = [
    "Decision",
    "accept_aliases",
    "automations_csv",
    "automations_frame",
    "dry_run",
    "explain",
    "load_automations",
    "load_people",
    "load_places",
    "load_rates",
    "load_rules",
    "people_csv",
    "people_frame",
    "places_csv",
    "places_frame",
    "propose_aliases",
    "rates_csv",
    "rates_frame",
    "rules_csv",
    "rules_frame",
    "rules_from_csv",
    "rules_from_frame",
    "save_automations",
    "save_people",
    "save_places",
    "save_rates",
    "save_rules",
    "save_time_off",
    "time_off_frame",
]
