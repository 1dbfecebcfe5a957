"""From a file to the store: recognise, read, key and add; preview and undo.

Every record is accepted, duplicate or rejected, and the three add up to the file.
"""

from dashboard.ingest.batch import (
    import_each_file,
    import_files,
    import_path,
    list_input_files,
    load_remembered_zone,
    preview_import,
    undo_import,
)
from dashboard.ingest.recognise import find_importer
from dashboard.ingest.results import ImportFailure, ImportResult, NothingToPublish
from dashboard.ingest.table import Progress

__all__ = [
    "ImportFailure",
    "ImportResult",
    "NothingToPublish",
    "Progress",
    "find_importer",
    "import_each_file",
    "import_files",
    "import_path",
    "list_input_files",
    "load_remembered_zone",
    "preview_import",
    "undo_import",
]
