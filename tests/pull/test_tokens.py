"""Where server and token come from, and the command that uses them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from tool_server import Request, Status, serve_tool
from typer.testing import CliRunner

from dashboard.cli.main import application
from dashboard.errors import BadAddress, DashboardError, PullRefused, UnknownFormat
from dashboard.pull.discover import SOURCES, find_source
from dashboard.pull.overview import describe_setup
from dashboard.pull.tokens import read_account

KEY = "k-0123-of-a-lead"
SERVER = "https://ls.example.org:8443"


class Keyring:
    """A keyring with these tokens by service and user, or one token for everybody."""

    def __init__(self, tokens: dict[tuple[str, str], str], default: str | None = None) -> None:
        self.tokens, self.default = tokens, default

    def get_password(self, service: str, user: str) -> str | None:
        """Return a token as the library does."""
        return self.tokens.get((service, user), self.default)


class LockedKeyring(Keyring):
    """A keyring that nobody unlocks."""

    def get_password(self, service: str, user: str) -> str | None:
        """Fail as the library does."""
        raise RuntimeError(f"the entry {service} of {user} is locked")


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SOURCES:
        for part in ("SERVER", "TOKEN", "USER"):
            monkeypatch.delenv(f"LABELTIME_{name.upper()}_{part}", raising=False)
    monkeypatch.setitem(sys.modules, "keyring", Keyring({}))


def test_a_token_of_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABELTIME_LABEL_STUDIO_TOKEN", f" {KEY}\n")
    account = read_account(SOURCES["label_studio"], SERVER)
    assert account.token == KEY
    assert KEY not in repr(account)


def test_a_token_of_the_keyring_is_bound_to_its_server(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = {("labeltime label_studio", "ls.example.org:8443"): KEY}
    lookup = Keyring(entries)
    monkeypatch.setitem(sys.modules, "keyring", lookup)
    assert read_account(SOURCES["label_studio"], SERVER).token == KEY
    with pytest.raises(PullRefused, match="there is no token"):
        read_account(SOURCES["label_studio"], "https://evil.example.org")


def test_without_the_extra_or_with_a_locked_keyring_the_way_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for keyring in (None, LockedKeyring({})):
        monkeypatch.setitem(sys.modules, "keyring", keyring)
        with pytest.raises(PullRefused) as error:
            read_account(SOURCES["label_studio"], SERVER)
        assert "LABELTIME_LABEL_STUDIO_TOKEN" in error.value.hint
        assert "keyring set 'labeltime label_studio' ls.example.org:8443" in error.value.hint


@pytest.mark.parametrize("token", ["a\nb", "tök", "a\x00b", "a\x1b[2J"])
def test_a_token_with_odd_characters_is_refused_unseen(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setitem(sys.modules, "keyring", Keyring({}, token))
    with pytest.raises(PullRefused) as error:
        read_account(SOURCES["toggl"])
    assert token not in str(error.value)


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PullRefused, match="no server is named"):
        read_account(SOURCES["label_studio"])
    with pytest.raises(BadAddress):
        read_account(SOURCES["label_studio"], "http://ls.example.org")
    monkeypatch.setenv("LABELTIME_HARVEST_TOKEN", KEY)
    with pytest.raises(PullRefused, match="the number of the account"):
        read_account(SOURCES["harvest"])
    assert read_account(SOURCES["harvest"], user="77").server == "https://api.harvestapp.com"
    assert read_account(SOURCES["mlflow"], "http://127.0.0.1:5000").token is None


def test_an_unknown_source_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UnknownFormat) as error:
        find_source("encord")
    assert "label_studio" in error.value.hint


def test_only_a_person_asks_the_server_of_an_earlier_pull_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABELTIME_LABEL_STUDIO_TOKEN", KEY)
    setup = describe_setup(SOURCES["label_studio"], "https://from-the-store.example.org")
    assert setup.command == "labeltime pull label_studio --server https://from-the-store.example.org"
    assert not setup.is_ready
    with pytest.raises(DashboardError):
        read_account(SOURCES["label_studio"])


def test_the_command_pulls_counts_and_tells_no_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def entries(request: Request) -> object:
        if request.headers.get("authorization") != f"Bearer {KEY}":
            raise Status(401)
        entry = {"spent_date": "2026-11-02", "hours": 1.5, "user": {"name": "Ada"}, "project": {"name": "Signs"}}
        is_day = request.word("from") <= "2026-11-02" <= request.word("to")
        return {"time_entries": [entry] if is_day else [], "total_pages": 1}

    monkeypatch.setenv("LABELTIME_HARVEST_TOKEN", KEY)
    with serve_tool({"/v2/users/me": lambda _: {"id": 4}, "/v2/time_entries": entries}) as tool:
        start = ["--store", str(tmp_path / "store"), "pull"]
        options = ["harvest", "--server", tool.address, "--user", "77", "--since", "2026-11-01", "--json"]
        done = CliRunner().invoke(application, [*start, *options])
        assert done.exit_code == 0, done.output
        (counts,) = json.loads(done.stdout)
        assert (counts["accepted"], counts["seconds_total"]) == (1, 5_400)
        monkeypatch.setenv("LABELTIME_HARVEST_TOKEN", "wr0ng-k3y")
        refused = CliRunner().invoke(application, [*start, *options])
        assert isinstance(refused.exception, PullRefused)
        assert "wr0ng" not in refused.output + str(refused.exception)
        listed = CliRunner().invoke(application, start)
    assert "entries seen by account 4" in listed.stdout
    assert "label_studio" in listed.stdout
    assert KEY not in done.output + listed.output
