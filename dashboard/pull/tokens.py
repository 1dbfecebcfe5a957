"""Where a token comes from: the environment, else the system's keyring. It is stored, logged and shown nowhere."""

from __future__ import annotations

import os
from contextlib import suppress
from urllib.parse import urlsplit

from dashboard.errors import PullRefused
from dashboard.pull.client import check_server
from dashboard.pull.contract import Account, PullSource

KEYRING_SERVICE = "labeltime {}"
CVAT_SESSION_LENGTH = 40  # hexadecimal; other tokens are access tokens


def name_variable(source: PullSource, part: str) -> str:
    """Return the environment variable of a source: part is SERVER, TOKEN or USER."""
    return f"LABELTIME_{name_owner(source).upper()}_{part}"


def name_owner(source: PullSource) -> str:
    """Return the name under which a source's server and token are given."""
    return source.access.shared or source.name


def read_variable(source: PullSource, part: str) -> str | None:
    """Return what a variable of a source holds; None where it is empty."""
    return os.environ.get(name_variable(source, part), "").strip() or None


def read_account(
    source: PullSource, server: str | None = None, user: str | None = None, *, uses_keyring: bool = True
) -> Account:
    """Return where to ask and as whom.

    Raises:
        BadAddress: the address cannot be used.
        PullRefused: server, token or user are not given.
    """
    address = server or read_variable(source, "SERVER") or source.access.server
    if address is None:
        raise PullRefused(
            f"{source.title}: no server is named.",
            f"Name it with --server, or in the variable {name_variable(source, 'SERVER')}.",
        )
    address = check_server(address)
    token = read_variable(source, "TOKEN") or (read_keyring(source, address) if uses_keyring else None)
    if token is None and source.access.made_at is not None:
        raise PullRefused(f"{source.title}: there is no token.", describe_token(source, address))
    if token is not None and not (token.isascii() and token.isprintable()):
        raise PullRefused(f"{source.title}: the token holds characters that no token has.", "Copy it again.")
    who = user or read_variable(source, "USER")
    if who is None and source.access.user is not None:
        raise PullRefused(
            f"{source.title}: it needs {source.access.user} beside the token.",
            f"Give it with --user, or in the variable {name_variable(source, 'USER')}.",
        )
    return Account(address, token, who)


def read_keyring(source: PullSource, address: str) -> str | None:
    """Return the token that the system's keyring has for a server; None without one, or without a keyring."""
    with suppress(Exception):  # a locked or missing keyring is as good as an empty one
        import keyring  # noqa: PLC0415 - optional, and slow to load

        return keyring.get_password(KEYRING_SERVICE.format(name_owner(source)), name_host(address)) or None
    return None


def build_cvat_headers(account: Account) -> dict[str, str]:
    """Return the header of CVAT's access token, or of the token of a session."""
    token = str(account.token)
    is_session = len(token) == CVAT_SESSION_LENGTH and all(letter in "0123456789abcdef" for letter in token)
    return {"Authorization": f"{'Token' if is_session else 'Bearer'} {token}"}


def name_host(address: str) -> str:
    """Return host and port of an address, by which the keyring knows a token."""
    parts = urlsplit(address)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)


def describe_token(source: PullSource, address: str) -> str:
    """Return how to give a token, in words."""
    return (
        f"Make one ({source.access.made_at}) and put it into the variable {name_variable(source, 'TOKEN')}, or into the"
        f" keyring of the system: keyring set '{KEYRING_SERVICE.format(name_owner(source))}' {name_host(address)}"
    )
