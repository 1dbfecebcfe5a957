"""A lead whose tools are Tempo, Prodigy, Weights & Biases and Kubeflow: from four exports to the split and a saving."""

from __future__ import annotations

import json
import random
import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

PEOPLE = {"Ann Lee": "annotate articles", "Ben Cho": "annotate articles", "Chloe Diaz": "train the tagger"}
HEAD = (
    "Issue Key,Issue summary,Hours,Work date,Username,Full name,Activity Name,Project Key,Project Name,Work Description"
)
RUN_HEAD = "Name,State,User,Created,Runtime,labels_used,val/f1"


def list_days() -> list[date]:
    """Return the weekdays of two weeks up to last Friday."""
    today = date.today()  # noqa: DTZ011 - the days of a file are local
    friday = today - timedelta(days=(today.weekday() - 4) % 7 or 7)
    return [day for back in range(11, -1, -1) if (day := friday - timedelta(days=back)).weekday() < 5]


def write_exports(folder: Path) -> list[Path]:
    """Write an export of each tool."""
    days = list_days()
    worklogs = [
        f"NEWS-1,{text},4,{day} 09:00,{name[:3].lower()},{name},,NEWS,News,{text}"
        for day in days
        for name, text in PEOPLE.items()
    ]
    runs = [f"tagger-{day},finished,chloe,{day}T10:00:00.000Z,3600,500,0.8" for day in days]
    pipelines = [
        {"run_id": f"k{day}", "display_name": "nightly", "experiment_id": "e1", "state": "SUCCEEDED"}
        | {"created_at": f"{day}T02:00:00Z", "finished_at": f"{day}T03:00:00Z"}
        for day in days
    ]
    texts = {
        "tempo.csv": "\n".join([HEAD, *worklogs]),
        "news.jsonl": "\n".join(map(json.dumps, list_answers(days))),
        "wandb.csv": "\n".join([RUN_HEAD, *runs]),
        "kubeflow.json": json.dumps({"runs": pipelines, "total_size": len(pipelines)}),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    return [folder / name for name in texts]


def list_answers(days: list[date]) -> list[dict[str, object]]:
    """Return 20 answers a day, about 30 s apart; every second ten kept the span of a model."""
    draw, answers = random.Random(7), []
    for day in days:
        moment = int(datetime.combine(day, time(9), UTC).timestamp())
        for number in range(20):
            moment += draw.randint(20, 40)
            source = {"source": "en_core_web_sm"} if number // 10 else {}
            answers.append(
                {"text": f"{day} {number}", "_input_hash": moment, "_task_hash": moment, "_view_id": "ner_manual"}
                | {"spans": [{"start": 0, "end": 4, "label": "ORG", **source}], "answer": "accept"}
                | {"_timestamp": moment, "_annotator_id": "ann"}
            )
    return answers


def test_four_exports_give_the_split_and_say_what_a_saving_lacks(page: Page, served: str, tmp_path: Path) -> None:
    page.goto(served)
    page.get_by_role("button", name="Import files").click()
    page.locator("input[type=file]").set_input_files(write_exports(tmp_path))
    expect(page.get_by_text("Machine hours").first).to_be_visible()
    expect(page.get_by_text("not stated")).to_be_visible()  # Prodigy has moments, and no times
    page.get_by_role("button", name=re.compile("the zone of this browser")).click()
    page.get_by_role("button", name="Import 4 files").click()
    expect(page.get_by_text("200 rows imported")).to_be_visible()
    page.get_by_role("link", name="Overview", exact=True).click()
    expect(page.get_by_text(re.compile("on labeling \\(80 h\\)"))).to_be_visible()
    page.get_by_role("link", name=re.compile("^Labeling & automation")).click()
    page.get_by_role("radio", name="Savings").click()
    expect(page.get_by_text(re.compile("100 assisted labels and 0 by hand")).first).to_be_visible()
    expect(page.get_by_text(re.compile("On neither side: 100 labels of which the export"))).to_be_visible()
