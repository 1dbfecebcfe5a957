"""Apache Spark sums event files, on this machine or on a cluster; it runs the SQL that DuckDB runs.

Nothing leaves the machine unless a master elsewhere is named.
"""

from __future__ import annotations

import os
import re
import shutil
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from dashboard.errors import MissingProgram, UnreadableFile
from dashboard.store.event_files import (
    EventFile,
    check_columns,
    is_event_name,
    is_visible,
    list_local_files,
    read_event_sql,
    shorten_message,
)

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOOPBACK = "127.0.0.1"
SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.ansi.enabled": "true",  # a number that does not fit is an error, not another number
}
LOCAL_SETTINGS = {
    "spark.driver.bindAddress": LOOPBACK,
    "spark.driver.host": LOOPBACK,
    "spark.sql.shuffle.partitions": "8",  # the usual 200 take longer than the sums, on a few cores
}
MASTER = re.compile(r"local(\[[0-9*]+(,[0-9]+)?\])?|yarn|(spark|k8s)://\S+")
MASTER_HINT = "Check its address, and that it can be reached from here."
CONNECTOR_HINT = (
    "Start it with the connector of your storage, for S3 (as s3a://) with "
    "PYSPARK_SUBMIT_ARGS='--packages org.apache.hadoop:hadoop-aws:3.4.2 pyspark-shell'."
)


class SparkEngine:
    """Sums the events of files at any place that Spark can read."""

    def __init__(self, session: SparkSession) -> None:
        self._session = session

    def list_files(self, place: str) -> list[EventFile]:
        """Return the Parquet files below a folder or an address; raises as `EventEngine.list_files`."""
        if "://" not in place:
            return [
                EventFile(f"file://{file.path}", file.name, file.size, file.changed_at)
                for file in list_local_files(Path(place))
            ]
        with translate_errors(f"{place} cannot be listed"):
            return list(self._walk_storage(place))

    def _walk_storage(self, place: str) -> Iterator[EventFile]:
        """Yield the Parquet files at an address, by the file system that Spark has for it."""
        context: Any = self._session.sparkContext
        root = context._jvm.org.apache.hadoop.fs.Path(place)  # noqa: SLF001 - PySpark has no other way to list files
        system = root.getFileSystem(context._jsc.hadoopConfiguration())  # noqa: SLF001 - same
        prefix = system.makeQualified(root).toString().rstrip("/") + "/"
        entries = system.listFiles(root, True)  # noqa: FBT003 - a method of Java has no names
        while entries.hasNext():
            entry = entries.next()
            path = entry.getPath().toString()
            *folders, name = path.removeprefix(prefix).split("/")
            if is_event_name(name) and all(map(is_visible, folders)):
                yield EventFile(path, path.removeprefix(prefix), entry.getLen(), entry.getModificationTime())

    def sum_events(self, paths: Sequence[str]) -> pl.DataFrame:
        """Return the daily sums of the events in some files; raises as `EventEngine.sum_events`."""
        view_sql, sums_sql = read_event_sql()
        with translate_errors("The events cannot be read"):
            events = self._session.read.option("mergeSchema", "true").parquet(*paths)
            check_columns(dict(events.dtypes))
            events.createOrReplaceTempView("event_file")
            self._session.sql(view_sql).createOrReplaceTempView("labeling_event")
            return cast("pl.DataFrame", pl.from_arrow(self._session.sql(sums_sql).toArrow()))


@contextmanager
def open_spark(master: str) -> Iterator[SparkEngine]:
    """Start Spark, or take the session that is there, and stop what was started.

    Raises:
        MissingProgram: Spark or Java is not installed, or does not start.
    """
    if not MASTER.fullmatch(master):
        raise MissingProgram(f"{master} is no master of Spark.", "Name local[2], spark://HOST:7077, yarn or k8s://URL.")
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra, and slow to load
    except ImportError:
        raise MissingProgram("Spark is not installed.", "Run: pip install 'labeltime[spark]'") from None
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        raise MissingProgram(
            "Spark needs Java 17 or newer, and there is none.",
            "On Debian and Ubuntu, run: sudo apt-get install -y default-jre-headless",
        )
    active = SparkSession.getActiveSession()
    with translate_errors(f"Spark does not start with the master {master}", MissingProgram, MASTER_HINT):
        session = active or start_session(master)
    try:
        yield SparkEngine(session)
    finally:
        if active is None:
            session.stop()


def start_session(master: str) -> SparkSession:
    """Start a session of Spark that talks to this machine only, unless the master is elsewhere."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra, and slow to load

    settings = SETTINGS
    if master.startswith("local"):
        settings = {**SETTINGS, **LOCAL_SETTINGS}
        os.environ.setdefault("SPARK_LOCAL_IP", LOOPBACK)
    log_settings = files(__package__) / "spark_log4j2.properties"
    os.environ.setdefault("SPARK_SUBMIT_OPTS", f"-Dlog4j2.configurationFile={log_settings}")
    builder = SparkSession.builder.appName("labeltime rollup").master(master)
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


@contextmanager
def translate_errors(
    what: str,
    kind: type[UnreadableFile | MissingProgram] = UnreadableFile,
    hint: str = "Correct that, and run it again.",
) -> Iterator[None]:
    """Tell errors of Spark and of its Java part in their first line.

    Raises:
        UnreadableFile: or the kind given.
    """
    from py4j.protocol import Py4JError, Py4JJavaError  # noqa: PLC0415 - an extra
    from pyspark.errors import PySparkException  # noqa: PLC0415 - same

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # about pandas, which nothing here uses
            yield
    except (PySparkException, Py4JError, OSError, RuntimeError) as error:
        words = find_cause(error) if isinstance(error, Py4JJavaError) else shorten_message(error)
        is_connector_missing = "S3AFileSystem" in words or "No FileSystem for scheme" in words
        raise kind(f"{what}: {words}", CONNECTOR_HINT if is_connector_missing else hint) from error


def find_cause(error: BaseException) -> str:
    """Return the message of a Java error: the first that names a file, else the one at its root."""
    exception, messages = error.java_exception, []  # type: ignore[attr-defined] # of Py4JJavaError
    while exception is not None:
        messages.append(shorten_message(RuntimeError(exception.toString())))
        exception = exception.getCause()
    return next((message for message in messages if ".parquet" in message), messages[-1])
