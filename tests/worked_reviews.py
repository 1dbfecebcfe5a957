"""Reviewed and audited labels whose every figure can be worked out by hand, imported through the real importer."""

from __future__ import annotations

from pathlib import Path

from store_copies import copied

from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.store.generations import Store

HEADER = (
    "item,person,seconds,method,finished_at,stage,outcome,suggestion,project,dataset,automation,objects,"
    "gold_score,agreement\n"
)

# Vision, by hand: a accepted, b rejected, redone for 600 s and accepted, c fixed. With suggestions: d accepted,
# e rejected. f is not reviewed. Reviews of 60 s each but e's, which has no time.
REVIEWED = """\
a,Ann,1000,manual,2026-03-02T09:00:00Z,annotate,submitted,,Vision,one,,3,,
a,Rae,60,,2026-03-03T09:00:00Z,review,accepted,,Vision,one,,,,
b,Ann,1000,manual,2026-03-02T10:00:00Z,annotate,submitted,,Vision,one,,3,,
b,Rae,60,,2026-03-03T09:10:00Z,review,rejected,,Vision,one,,,,
b,Ann,600,manual,2026-03-04T10:00:00Z,rework,submitted,,Vision,one,,,,
b,Rae,60,,2026-03-05T09:10:00Z,review,accepted,,Vision,one,,,,
c,Bob,1000,manual,2026-03-02T11:00:00Z,annotate,submitted,,Vision,one,,3,,
c,Rae,60,,2026-03-03T09:20:00Z,review,fixed,,Vision,one,,,,
d,Bob,500,pre-annotated,2026-04-06T11:00:00Z,annotate,submitted,unchanged,Vision,two,Boxes,3,,0.9
d,Rae,60,,2026-04-07T09:20:00Z,review,accepted,,Vision,two,,,,
e,Bob,500,pre-annotated,2026-04-06T12:00:00Z,annotate,submitted,edited,Vision,two,Boxes,3,,0.7
e,Rae,,,2026-04-07T09:30:00Z,review,rejected,,Vision,two,,,,
f,Ann,800,pre-annotated,2026-04-06T13:00:00Z,annotate,submitted,,Vision,two,Boxes,3,,
"""


@copied
def store_of(folder: Path, rows: str) -> Store:
    """Return a store that holds these rows (columns of HEADER)."""
    store = Store(folder / "store")
    file = folder / "events.csv"
    file.write_text(HEADER + rows, encoding="utf-8")
    import_files(store, [file], Settings(zone="UTC"))
    return store


def audit(pairs: int, *, wrong_by_hand: int, wrong_with: int, paired: bool = True) -> str:
    """Return rows of an audit: items labeled by hand and with suggestions, by six people, each scored against gold."""
    rows = []
    for number in range(pairs):
        by_hand, with_it = f"Ann{number % 6}", f"Bob{number % 6}"
        item = f"g{number}"
        other = item if paired else f"h{number}"
        person = with_it if paired else by_hand
        scores = (0 if number < wrong_by_hand else 1, 0 if number >= pairs - wrong_with else 1)
        rows += [
            f"{item},{by_hand},1000,manual,2026-05-04T09:00:00Z,annotate,submitted,,Vision,audit,,3,{scores[0]},",
            f"{other},{person},500,pre-annotated,2026-05-05T09:00:00Z,annotate,submitted,,Vision,audit,Boxes,3,{scores[1]},",
        ]
    return "\n".join(rows) + "\n"
