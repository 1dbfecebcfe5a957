"""From a file to the store: recognise, read, key, add; preview and undo.

Every record ends as accepted, duplicate or rejected, and the three add up to the file.
"""

from dashboard.ingest.batch import add, add_each, each_of, inputs, preview, remembered_zone, undo
from dashboard.ingest.recognise import recognise
from dashboard.ingest.results import Failed, Imported, NothingToPublish
from dashboard.ingest.table import Progress

__all__ = [
    "Failed",
    "Imported",
    "NothingToPublish",
    "Progress",
    "add",
    "add_each",
    "each_of",
    "inputs",
    "preview",
    "recognise",
    "remembered_zone",
    "undo",
]
