"""Tables that hold no hours by person and day are refused with what they are and what to export instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.errors import UnreadableFile
from dashboard.importers.contract import Settings
from dashboard.importers.readers.open_source import open_sources
from dashboard.ingest.recognise import find_importer

TABLES = {
    "list of issues of GitLab": "Title,Description,Issue ID,URL,State,Author,Author Username,Time Estimate,Time Spent\n"
    "Label,,1,http://x,Open,Ana,ana,0,3600\n",
    "query of Azure DevOps": "ID,Work Item Type,Title,Assigned To,State,Tags,Completed Work\n"
    "7,Task,Label,Ana <ana@example.org>,Active,,12.5\n",
    "list of work items of Plane": "ID,Project,Name,State,Created By,Assignee,Cycle Name,Module Name,Created At\n"
    'S-1,Signs,Label,Done,Ana,Ana,,,"Sun, 20 Apr 2025 10:17:06 UTC+0000"\n',
    "sums of Annofab": "user_id,first_working_date,last_working_date,working_days,actual_worktime_hour\n"
    "ana,2021-11-01,2021-11-09,5,12\n",
    "aggregated report of Appen": "_unit_id,_golden,_unit_state,_trusted_judgments,_last_judgment_at,q,q:confidence\n"
    "1,false,finalized,3,1/2/2017 10:00:00,yes,0.9\n",
    "summary of labeling functions": ",j,Polarity,Coverage,Overlaps,Conflicts,Correct\nlf_a,0,[1],0.5,0.1,0.05,10\n",
    "report of RescueTime by rank": "Rank,Time Spent (seconds),Number of People,Activity,Category,Productivity\n"
    "1,120,1,vim,Editing,2\n",
}


@pytest.mark.parametrize("words", TABLES)
def test_a_table_without_times_is_refused_with_a_way_out(words: str, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(TABLES[words], "utf-8")
    with open_sources(path) as (source,), pytest.raises(UnreadableFile) as caught:
        find_importer(source.head(), source.name, Settings())
    assert words in caught.value.message
    assert caught.value.hint
