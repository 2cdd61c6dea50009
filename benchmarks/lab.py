"""A JupyterLab of its own on loopback, and a browser on it."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .pipeline import environment

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_BROWSERS = (
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Lab:
    """A server that answers."""

    pid: int
    url: str
    token: str

    def address(self, path: str) -> str:
        """Of a notebook in JupyterLab, with nothing of an earlier layout."""
        return f"{self.url}/lab/tree/{path}?reset&token={self.token}"


@contextmanager
def lab(
    root: Path,
    state: Path,
    *,
    is_plain: bool = False,
    before: Callable[[], None] | None = None,
) -> Iterator[Lab]:
    """A server on ``root`` that keeps what is its own in ``state``; plain: without the extension.

    ``before`` is called in its process before it starts.
    """
    port, token = _free_port(), secrets.token_hex(16)
    root.mkdir(parents=True, exist_ok=True)
    _settle(state, is_plain)
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser"),
        f"--ServerApp.root_dir={root}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={token}",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    with open(state / "log", "wb") as log:
        process = subprocess.Popen(
            command,
            cwd=state,
            env=environment(
                JUPYTER_CONFIG_DIR=str(state / "config"),
                JUPYTER_DATA_DIR=str(state / "data"),
                JUPYTER_RUNTIME_DIR=str(state / "runtime"),
                JUPYTERLAB_SETTINGS_DIR=str(state / "settings"),
                JUPYTERLAB_WORKSPACES_DIR=str(state / "workspaces"),
            ),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=before,
        )
    try:
        found = Lab(process.pid, f"http://127.0.0.1:{port}", token)
        _wait(found, process, state / "log")
        yield found
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _settle(state: Path, is_plain: bool) -> None:
    notification = state / "settings" / "@jupyterlab" / "apputils-extension"
    notification.mkdir(parents=True)
    # What JupyterLab asks a person the first time would lie over the page.
    (notification / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
    if is_plain:
        page = state / "config" / "labconfig" / "page_config.json"
        page.parent.mkdir(parents=True)
        page.write_text(json.dumps({"disabledExtensions": {"jupyterlab-dvc": True}}))
        server = state / "config" / "jupyter_server_config.json"
        off = {"ServerApp": {"jpserver_extensions": {"jupyterlab_dvc": False}}}
        server.write_text(json.dumps(off))


def _wait(server: Lab, process: subprocess.Popen[bytes], log: Path) -> None:
    address = f"{server.url}/api/status?token={server.token}"
    end = time.monotonic() + 120
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"no server:\n{log.read_text(errors='replace')}") from None
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's browser, without a window."""
    with launcher() as launch:
        yield launch()


@contextmanager
def launcher() -> Iterator[Callable[[], Browser]]:
    """Starts browsers; they end with it. There can be but one at a time."""
    from playwright.sync_api import sync_playwright

    named = os.environ.get("CHROMIUM")
    known = [path for path in (named, shutil.which("chromium"), *_BROWSERS) if path]
    path = next((path for path in known if os.path.exists(path)), None)
    if path is None:
        sys.exit("No Chromium was found. Install it, or give its path in CHROMIUM.")
    with sync_playwright() as playwright, ExitStack() as stack:

        def launch() -> Browser:
            browser = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
            stack.callback(browser.close)
            return browser

        yield launch


def new_page(browser: Browser) -> Page:
    """A page of a profile of its own: nothing is in its caches."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(300_000)
    return page


def open_notebook(page: Page, server: Lab, path: str) -> None:
    """Until its toolbar's button tells the step's state."""
    page.goto(server.address(path))
    wait_for_state(page)


def wait_for_state(page: Page, state: str = "") -> None:
    """Until the toolbar's button tells this state; any, where it is empty."""
    page.wait_for_function(
        """state => [...document.querySelectorAll('button[aria-label^="DVC: "]')].some(one =>
            one.checkVisibility() && (state === ''
                ? !one.ariaLabel.endsWith('…')
                : one.ariaLabel === 'DVC: ' + state))""",
        arg=state,
    )


DRAWN = """then => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = then;
    port2.postMessage(null);
})"""
"""Calls a function, in JavaScript, behind the frame that shows what was changed."""

_MEASURE = """([is_done]) => {
    const done = eval(is_done);
    window.measured = new Promise((resolve, reject) => {
        setTimeout(() => { reject(new Error('It never was done')); }, 300_000);
        let start = null;
        const begin = () => { start = performance.now(); };
        document.addEventListener('pointerdown', begin, {capture: true, once: true});
        const look = () => {
            if (start !== null && done()) {
                observer.disconnect();
                (DRAWN)(() => { resolve(performance.now() - start); });
            }
        };
        const observer = new MutationObserver(look);
        observer.observe(document.body, {
            attributes: true, characterData: true, childList: true, subtree: true
        });
    });
}""".replace("DRAWN", DRAWN)


def click(page: Page, item: str, is_done: str) -> float:
    """Choose from the menu of the toolbar's button.

    Gives the seconds from the press of the mouse's button on the item until the page has drawn
    that for which ``is_done``, a function in JavaScript, is true.
    """
    page.locator('button[aria-label^="DVC: "]').locator("visible=true").click()
    entry = page.get_by_role("menu").get_by_role("menuitem", name=item, exact=True)
    entry.hover()
    page.evaluate(_MEASURE, [is_done])
    entry.click()
    milliseconds: float = page.evaluate("window.measured")
    return milliseconds / 1000


def in_log(text: str) -> str:
    """For ``click``: a run's log, as it is shown, has a text."""
    return (
        "() => [...document.querySelectorAll('[role=log]')]"
        f".some(one => one.checkVisibility() && one.textContent.includes({json.dumps(text)}))"
    )


RUN_IS_DONE = (
    "() => [...document.querySelectorAll('.jp-DVCRun.jp-mod-succeeded')]"
    ".some(one => one.checkVisibility() && one.dataset.old === undefined)"
)
"""For ``click``: the run whose log is shown has ended well, and is none that ``forget`` knew."""


def forget_runs(page: Page) -> None:
    """Close the logs that are open."""
    page.evaluate("""() => {
        for (const one of document.querySelectorAll('.jp-DVCRun')) { one.dataset.old = '1'; }
    }""")
