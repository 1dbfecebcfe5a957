"""Preview how an edit of the settings changes the labels, on a copy that is thrown away."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from dashboard.store.generations import Store
from dashboard.store.snapshot import Change

COPY_LABELS_SQL = """
    create temp table label_before as
    select source, tool_project, item, person, label_key, project, method, automation, holdout from label
"""
CHANGED_LABELS_SQL = """
    select
        before.project as from_project, after.project as to_project, before.method as from_method,
        after.method as to_method, before.automation as from_automation, after.automation as to_automation,
        count(*) as labels
    from label as after
    inner join label_before as before
        on before.source = after.source and before.tool_project = after.tool_project and before.item = after.item
        and before.person is not distinct from after.person and before.label_key = after.label_key
    where before.project <> after.project
        or before.method <> after.method
        or before.automation is distinct from after.automation
    group by 1, 2, 3, 4, 5, 6
    order by labels desc, 1, 2, 3, 4, 5, 6
"""


def preview_label_changes(store: Store, edit: Callable[[Change], None]) -> pl.DataFrame:
    """Return which labels an edit would change; nothing is saved.

    Columns: from_project, to_project, from_method, to_method, from_automation, to_automation, labels.

    Raises:
        BadMapping: the edit is refused.
    """
    with store.try_change() as change:
        change.execute(COPY_LABELS_SQL)
        edit(change)
        change.rebuild_labels()
        return change.query(CHANGED_LABELS_SQL)
