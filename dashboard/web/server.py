"""Start the dashboard: Streamlit with every setting passed at start, on a free loopback port."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

from dashboard.error_log import record_stray_errors
from dashboard.errors import DashboardError
from dashboard.theme import STREAMLIT_THEME
from dashboard.variables import ALLOW

ADDRESS = "127.0.0.1"
FIRST_PORT = 8501
PORTS_TRIED = 50
UPLOAD_LIMIT_MB = 200
START_SECONDS = 60
STOP_SECONDS = 10
IPV6 = 6
PUBLIC_WARNING = (
    "Whoever reaches this address can open the reports they hold a link to, and nothing else of the store. "
    "Traffic is not encrypted: put it behind a server that encrypts it, or keep it inside your network.\n"
)

_GUARDS: list[socket.socket] = []  # of the ports that this process took

SETTINGS: dict[str, str] = {
    "server.address": ADDRESS,
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "server.maxUploadSize": str(UPLOAD_LIMIT_MB),
    "server.showEmailPrompt": "false",
    "server.enableXsrfProtection": "true",
    "browser.gatherUsageStats": "false",
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": "false",
    "logger.enableRich": "false",  # it would print errors with what is in the data, past the log
    "client.showSidebarNavigation": "false",
    "client.disableDataExport": "true",  # the table's own CSV does not neutralise formulas; our downloads do
    "runner.magicEnabled": "false",
    "runner.postScriptGC": "false",  # a full collection after each run is most of the time of a run
    "logger.level": "warning",
    "global.disableWidgetStateDuplicationWarning": "true",  # a button that opens a section sets what is chosen
}


def build_command(port: int) -> list[str]:
    """Return the command that runs the dashboard on `port`."""
    script = Path(__file__).with_name("asgi.py")
    options = {**SETTINGS, **STREAMLIT_THEME, "server.port": str(port)}
    return [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(script),
        *(f"--{key}={value}" for key, value in options.items()),
    ]


def build_environment(store_folder: Path, allowed: Sequence[str] = ()) -> dict[str, str]:
    """Return the environment of the dashboard's process: which store it shows, and under which other names."""
    package_home = str(Path(__file__).resolve().parents[2])
    paths = [package_home, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        "LABELTIME_STORE": str(Path(store_folder).resolve()),
        ALLOW.name: " ".join(allowed or ALLOW.read()),
        "PYTHONPATH": os.pathsep.join(paths),
    }


def resolve_own_address(host: str) -> IPv4Address | IPv6Address:
    """Return the address of this machine that `host` names.

    Raises:
        DashboardError: there is none.
    """
    message, hint = f"{host} is not an address of this machine.", "Name one that is, or 0.0.0.0 for all of them."
    try:
        family, _, _, _, socket_address = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.bind(socket_address)
    except (OSError, UnicodeError) as error:
        raise DashboardError(message, hint) from error
    address = ip_address(str(socket_address[0]).partition("%")[0])
    if address.is_multicast:  # the system lets it be bound, and nobody can connect to it
        raise DashboardError(message, hint)
    return address


def find_free_port(preferred: int | None, host: str = ADDRESS) -> int:
    """Return the preferred port, or the next one after it that nothing listens on and no start of Labeltime took.

    Raises:
        DashboardError: no free port near it.
    """
    first = preferred or FIRST_PORT
    for port in range(first, min(first + PORTS_TRIED, 65536)):
        if reserve_port(port, host):
            return port
    message = f"No free port from {first} to {first + PORTS_TRIED - 1}."
    raise DashboardError(message, "Choose another with --port.")


def reserve_port(port: int, host: str) -> bool:
    """Return whether a port is free; if so, no other Labeltime finds it free as long as this process runs.

    Its server listens only seconds later. Until then a socket for datagrams, which nobody sends, holds the number.
    Where the system allows no such socket, two starts at once may find the same port.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # Without reuse a port whose last connection just closed looks taken for a minute.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError:
        return False
    try:
        guard = socket.socket(family, socket.SOCK_DGRAM)
    except OSError:
        return True
    try:
        guard.bind((host, port))
    except OSError as error:
        guard.close()
        return error.errno != errno.EADDRINUSE
    _GUARDS.append(guard)
    return True


def serve_dashboard(store_folder: Path, port: int | None, *, open_browser: bool, allowed: Sequence[str] = ()) -> int:
    """Run the dashboard on a store until it is stopped; return the exit code. `allowed` are further names of it.

    Raises:
        DashboardError: no free port.
    """
    selected_port = find_free_port(port)
    address = f"http://{ADDRESS}:{selected_port}"
    process = subprocess.Popen(  # noqa: S603 - our own command
        build_command(selected_port), env=build_environment(store_folder, allowed), stdout=subprocess.DEVNULL
    )
    threading.Thread(target=_announce_address, args=(process, address, open_browser), daemon=True).start()
    try:
        return process.wait()
    except KeyboardInterrupt:
        stop_process(process)
        return 0


def stop_process(process: subprocess.Popen[bytes], seconds: float = STOP_SECONDS) -> None:
    """End a process, by force if it is not gone after that time: one that only just starts may hear nothing yet."""
    process.terminate()
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def serve_links(store_folder: Path, port: int | None, host: str = ADDRESS) -> None:
    """Serve linked reports and nothing else until it is stopped; nothing of the dashboard is loaded.

    Raises:
        DashboardError: no free port, or an address of another machine.
    """
    import uvicorn  # noqa: PLC0415 - only this needs it

    from dashboard.reports.links import LINK_PATH  # noqa: PLC0415 - Polars loads late
    from dashboard.web.connections import HEAD_BYTES, KEEP_ALIVE_SECONDS, LimitedProtocol  # noqa: PLC0415 - as above
    from dashboard.web.links import build_site  # noqa: PLC0415 - loads only when it is needed

    address = resolve_own_address(host)
    selected_port = find_free_port(port, str(address))
    url_host = f"[{address}]" if address.version == IPV6 else str(address)
    sys.stdout.write(f"Linked reports are at http://{url_host}:{selected_port}{LINK_PATH}...  (Ctrl+C stops it)\n")
    if not address.is_loopback:
        sys.stdout.write(PUBLIC_WARNING)
    sys.stdout.flush()
    with record_stray_errors():
        uvicorn.run(
            build_site(store_folder),
            host=str(address),
            port=selected_port,
            access_log=False,  # it would hold the links
            log_level="error",  # whoever sends nonsense would fill the terminal with warnings
            server_header=False,
            http=LimitedProtocol,
            ws="none",
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            h11_max_incomplete_event_size=HEAD_BYTES,
        )


def _announce_address(process: subprocess.Popen[bytes], address: str, open_browser: bool) -> None:  # noqa: FBT001 - a thread's argument
    """Say where the dashboard is once it answers, and open a browser if there is one."""
    if not wait_until_healthy(address, START_SECONDS, process):
        return
    sys.stdout.write(f"Labeltime is at {address}  (Ctrl+C stops it)\n")
    sys.stdout.flush()
    if open_browser:
        try:
            webbrowser.open(address)
        except webbrowser.Error:
            return  # no browser here; the address is printed


def wait_until_healthy(address: str, seconds: float, process: subprocess.Popen[bytes] | None = None) -> bool:
    """Wait until the dashboard at `address` is healthy; False when it ends or the time is over."""
    deadline = time.monotonic() + seconds
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy does not reach this machine
    while time.monotonic() < deadline:
        if process is not None and process.poll() is not None:
            return False
        try:
            with opener.open(f"{address}/_stcore/health", timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False
