"""Descriptions of time entries by category; `{n}` becomes a batch, model or ticket number."""

from __future__ import annotations

DESCRIPTIONS: dict[str, tuple[str, ...]] = {
    "annotating": (
        "Labeling {item} batch {n}",
        "Annotate {item}s, batch {n}",
        "Annotation batch {n}",
        "Correct pre-labels, batch {n}",
        "Relabel {item}s from audit {n}",
    ),
    "review": ("Review of annotations, batch {n}", "Label QA batch {n}", "Annotation review: {item} sample {n}"),
    "labeling operations": (
        "Annotation guidelines v{n}",
        "Label Studio setup for batch {n}",
        "Annotator onboarding and questions",
    ),
    "data preparation": ("Data cleaning, delivery {n}", "Preprocessing of new {item}s", "Data pipeline: import {n}"),
    "modeling": (
        "Model training, run {n}",
        "Feature engineering for model v{n}",
        "Hyperparameter tuning {n}",
        "Fine-tuning experiment {n}",
    ),
    "evaluation": ("Model evaluation v{n}", "Error analysis, model v{n}", "Benchmark of model v{n}"),
    "deployment and operations": ("Deployment of model v{n}", "Model monitoring", "CI/CD fixes"),
    "meetings and coordination": ("Team meeting", "1:1", "Weekly sync", "Sprint planning"),
    "other": ("HR training", "Security training", "Language training", "Code review"),
    "uncategorized": ("", "Misc", "various"),
}

STANDUP_TEXT = "Daily standup"
ON_CALL_TEXT = "On-call: model monitoring"

# Work on the automations themselves; the register finds setup and maintenance by these texts.
SETUP_TEXT = "Model training: {item} suggestions"
MONITORING_TEXT = "Model monitoring: {item} suggestions"

# Titles of the Jira issues on which people track time.
ISSUE_SUMMARIES = {
    "annotating": "Labeling",
    "review": "Annotation review",
    "labeling operations": "Labeling operations",
    "data preparation": "Data preparation",
    "modeling": "Modeling",
    "evaluation": "Model evaluation",
    "deployment and operations": "Deployment",
    "meetings and coordination": "Meetings",
    "other": "Courses",
    "uncategorized": "All the rest",
}

# Shares of a working day before pre-labels, and once they are fully in use.
CATEGORY_MIXES: dict[str, tuple[dict[str, float], dict[str, float]]] = {
    "engineer": (
        {
            "annotating": 0.43,
            "review": 0.07,
            "labeling operations": 0.05,
            "modeling": 0.17,
            "evaluation": 0.06,
            "data preparation": 0.07,
            "deployment and operations": 0.04,
            "meetings and coordination": 0.06,
            "other": 0.02,
            "uncategorized": 0.03,
        },
        {
            "annotating": 0.11,
            "review": 0.05,
            "labeling operations": 0.03,
            "modeling": 0.38,
            "evaluation": 0.13,
            "data preparation": 0.09,
            "deployment and operations": 0.09,
            "meetings and coordination": 0.07,
            "other": 0.02,
            "uncategorized": 0.03,
        },
    ),
    "annotator": (
        {
            "annotating": 0.72,
            "review": 0.12,
            "labeling operations": 0.05,
            "evaluation": 0.01,
            "data preparation": 0.03,
            "meetings and coordination": 0.04,
            "other": 0.01,
            "uncategorized": 0.02,
        },
        {
            "annotating": 0.34,
            "review": 0.19,
            "labeling operations": 0.05,
            "evaluation": 0.24,
            "data preparation": 0.09,
            "meetings and coordination": 0.05,
            "other": 0.02,
            "uncategorized": 0.02,
        },
    ),
}
