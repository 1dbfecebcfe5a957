"""Links to frozen reports, over real HTTP: what they show, that they end, and that nothing else is told apart."""

from __future__ import annotations

import http.client
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reported_team import OCTOBER
from served import running

from dashboard.cli.main import main
from dashboard.errors import BadFilter, DashboardError
from dashboard.reports.content import build_content
from dashboard.reports.frozen import freeze_report, read_frozen_report
from dashboard.reports.links import ReportLink, create_link, find_linked_report, list_links, revoke_link
from dashboard.reports.request import Audience
from dashboard.store.generations import Store
from dashboard.web.server import find_free_port, resolve_own_address

NOW = datetime.now(tz=UTC)


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


class Site:
    """A server on this machine, asked with paths exactly as given."""

    def __init__(self, address: str) -> None:
        self.port = int(address.rpartition(":")[2])

    def ask(self, path: str, method: str = "GET") -> Answer:
        """Return the answer to one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path)
        answer = connection.getresponse()
        found = Answer(answer.status, {name.lower(): text for name, text in answer.getheaders()}, answer.read())
        connection.close()
        return found


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, sixty: Store) -> Store:
    own = Store(shutil.copytree(sixty.folder, tmp_path_factory.mktemp("links") / "store"))
    freeze_report(own, build_content(own, OCTOBER), "October")
    return own


@pytest.fixture(scope="module")
def site(store: Store) -> Iterator[Site]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = [
        sys.executable,
        "-c",
        "from dashboard.cli.main import main; main()",
        "--store",
        str(store.folder),
        "serve",
    ]
    with subprocess.Popen(
        [*program, "--links-only", "--port", str(port)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        assert found
        served = Site(found[0])
        for _ in range(100):
            try:
                served.ask("/")
                break
            except ConnectionRefusedError:
                signal.sigtimedwait([], 0.1)
        yield served
        process.send_signal(signal.SIGTERM)
        _, complaints = process.communicate(timeout=20)
        assert "/r/" not in complaints


class Ended(NamedTuple):
    """A command that is over."""

    code: int
    out: str
    err: str


def run(capsys: pytest.CaptureFixture[str], store: Store, *words: str) -> Ended:
    """Run a command on a store."""
    with pytest.raises(SystemExit) as ended:
        main(["--store", str(store.folder), *words])
    told = capsys.readouterr()
    return Ended(int(ended.value.code or 0), told.out, told.err)


@pytest.fixture(scope="module")
def near(store: Store) -> ReportLink:
    return create_link(store, 1)


def test_a_link_shows_the_report_as_it_was_sent_and_nothing_else(store: Store, site: Site) -> None:
    made = create_link(store, 1, who="lead")
    kept = read_frozen_report(store, 1)
    page = site.ask(made.path)
    assert (page.status, page.body) == (200, kept.html.encode())
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-robots-tag"] == "noindex, nofollow"
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert "script-src" not in page.headers["content-security-policy"]
    assert "server" not in page.headers
    paper = site.ask(f"{made.path}/pdf")
    assert paper.body == kept.pdf
    assert paper.headers["content-disposition"] == 'attachment; filename="labeling-report-2026-10-01-2026-10-31.pdf"'
    assert site.ask(made.path, "HEAD").status == 200
    assert site.ask(made.path, "HEAD").body == b""
    assert site.ask(made.path, "POST").status == 404
    assert [site.ask(f"{made.path}{more}").status for more in ("/", "/html", "/pdf/", "/../1", "x")] == [404] * 5


def test_the_dashboard_serves_links_too_with_their_own_headers(store: Store) -> None:
    made = create_link(store, 1)
    with running(store.folder, "serve") as address:
        page = Site(address).ask(made.path)
        missing = Site(address).ask("/r/nothing")
        others = [
            Site(address).ask(f"/r/{path}") for path in ("", "x/../y", "%2e%2e/data", "..%2f..%2fdata", "A" * 10_000)
        ]
        odd = Site(address).ask("/r/%00")
        posted = Site(address).ask(made.path, "POST")
    assert page.body == read_frozen_report(store, 1).html.encode()
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert page.headers["cache-control"] == "no-store"
    assert (missing.status, b"No report here" in missing.body) == (404, True)
    assert {(one.status, one.body) for one in others} <= {(404, missing.body), (400, odd.body)}
    assert odd.status == 400  # Streamlit refuses paths with tricks in them before they come to us
    assert posted.status == 405
    assert made.token.encode() not in posted.body


def test_a_link_ends_when_its_time_is_over_and_when_it_is_taken_back(store: Store, site: Site) -> None:
    refused = site.ask("/r/nothing")
    late = create_link(store, 1, 1, now=NOW - timedelta(days=1, seconds=1))
    assert site.ask(late.path).body == refused.body
    made = create_link(store, 1)
    assert site.ask(made.path).status == 200
    revoke_link(store, made.handle, "lead")
    assert site.ask(made.path).body == site.ask(f"{made.path}/pdf").body == refused.body
    with pytest.raises(BadFilter, match="no open link"):
        revoke_link(store, made.handle)
    states = dict(list_links(store).select("handle", "state").rows())
    assert (states[late.handle], states[made.handle]) == ("expired", "revoked")


def test_to_the_second_and_no_longer(store: Store) -> None:
    made = create_link(store, 1, 2, now=NOW)
    assert find_linked_report(store, made.token, now=NOW + timedelta(days=2) - timedelta(seconds=1))
    assert find_linked_report(store, made.token, now=NOW + timedelta(days=2)) is None


@pytest.mark.parametrize(
    "path", ["/", "/data", "/overview", "/_stcore/health", "/static/index.html", "/r", "/r/", "/r//", "/favicon.ico"]
)
def test_a_server_of_links_serves_nothing_else(site: Site, path: str) -> None:
    answer = site.ask(path)
    assert (answer.status, answer.body) == (404, site.ask("/r/nothing").body)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.from_regex(r"[A-Za-z0-9_-]{0,80}", fullmatch=True),
        st.from_regex(r"(%2e%2e|%2f|%00|\.\.|/|%5c|%ff|')+[a-z]*", fullmatch=True),
        st.just("A" * 10_000),
    )
)
def test_every_other_path_gets_the_same_answer(site: Site, path: str) -> None:
    answer, refused = site.ask(f"/r/{path}"), site.ask("/r/nothing")
    assert (answer.status, answer.body) == (404, refused.body)
    assert {**answer.headers, "date": ""} == {**refused.headers, "date": ""}


@given(st.data())
def test_a_link_with_one_letter_changed_shows_nothing(store: Store, near: ReportLink, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(near.token)))
    letter = data.draw(st.sampled_from(["", "A", "b", "-", "=", "/", " ", "\0", "\ud800"]))
    changed = near.token[:place] + letter + near.token[place + 1 :]
    assert (find_linked_report(store, changed) is None) == (changed != near.token)


def test_the_store_does_not_hold_the_link(store: Store) -> None:
    made = create_link(store, 1)
    held = b"".join(file.read_bytes() for file in Path(store.folder).rglob("*") if file.is_file())
    assert made.token.encode() not in held
    assert made.handle.encode() in held


def test_a_private_report_and_a_link_for_ever_are_refused(store: Store) -> None:
    number = freeze_report(store, build_content(store, replace(OCTOBER, audience=Audience.private)), "Names")
    with pytest.raises(BadFilter, match="private"):
        create_link(store, number)
    for days in (0, 367):
        with pytest.raises(BadFilter, match="days"):
            create_link(store, 1, days)


def test_the_dashboard_itself_is_not_opened_to_a_network(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, said = run(capsys, store, "serve", "--host", "0.0.0.0")  # noqa: S104 - refused
    assert code == 2
    assert "--links-only" in said


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0", "::1"])  # noqa: S104 - bound for a moment
def test_links_may_be_served_on_an_address_of_this_machine(host: str) -> None:
    try:
        address = resolve_own_address(host)
    except DashboardError:
        assert host == "::1"  # a machine without IPv6
        return
    assert address.is_loopback == (host != "0.0.0.0")  # noqa: S104
    assert find_free_port(40_000, str(address)) >= 40_000


@pytest.mark.parametrize(
    "host", ["192.0.2.1", "no-such-name.invalid", "a" * 80, "..", "host name", "224.0.0.1", "ff02::1"]
)
def test_an_address_of_another_machine_is_told_from_a_port_in_use(host: str) -> None:
    with pytest.raises(DashboardError, match="not an address of this machine"):
        resolve_own_address(host)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "reports.example.org", "http://", "http://[", "http://a b"])
def test_a_link_goes_to_a_web_server_only(store: Store, capsys: pytest.CaptureFixture[str], address: str) -> None:
    links = list_links(store).height
    refused = run(capsys, store, "reports", "link", "1", "--base-url", address)
    assert refused.code == 2
    assert not refused.out
    assert list_links(store).height == links


def test_the_terminal_makes_lists_and_revokes(store: Store, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    _, link, said = run(
        capsys, store, "reports", "link", "1", "--days", "7", "--base-url", "https://reports.example.org/"
    )
    assert link.startswith("https://reports.example.org/r/")
    path = link.strip().removeprefix("https://reports.example.org")
    assert site.ask(path).status == 200
    found = re.search(r"revoke (\w{8})", said)
    assert found
    assert "--links-only" in said
    listed = run(capsys, store, "reports", "links", "--format", "json").out
    assert found[1] in listed
    assert path.removeprefix("/r/") not in listed
    assert run(capsys, store, "reports", "revoke", found[1]).code == 0
    assert site.ask(path).status == 404
    again = run(capsys, store, "reports", "revoke", found[1])
    assert (again.code, "no open link" in again.err) == (1, True)
    assert run(capsys, store, "reports", "link", "1", "--days", "400").code == 1
