"""A platform that tests start and kill, with a data folder of its own."""

import os
import pathlib
import socket
import subprocess
import tempfile
import threading

import pytest
from session import Session

READY_WITHIN = 60


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Instance:
    """One `okeanos up`; killing and starting it again keeps its data folder and its ports."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.http, self.s3 = free_port(), free_port()
        self.process = None
        self.session = None

    def start(self) -> Session:
        command = [os.environ["OKEANOS_BIN"], "up", "--no-samples", "--data-dir", str(self.folder)]
        command += ["--http", f"127.0.0.1:{self.http}", "--s3", f"127.0.0.1:{self.s3}"]
        command += [arg for arg in os.environ.get("OKEANOS_UP_ARGS", "").split("\n") if arg]
        log = open(self.folder.with_suffix(".log"), "ab")
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True)
        watchdog = threading.Timer(READY_WITHIN, self.process.kill)
        watchdog.start()
        try:
            ready = any(line.startswith("okeanos is ready: ") for line in self.process.stdout)
        finally:
            watchdog.cancel()
        assert ready, f"the platform started again\n{self.folder.with_suffix('.log').read_text()[-3000:]}"
        token = (self.folder / "admin.token").read_text().strip()
        self.session = Session(f"http://127.0.0.1:{self.http}", f"http://127.0.0.1:{self.s3}", token)
        return self.session

    def kill(self) -> None:
        """SIGKILL: nothing is drained, nothing is flushed."""
        self.process.kill()
        self.process.wait(10)
        self.process.stdout.close()

    def restart(self) -> Session:
        self.kill()
        return self.start()


@pytest.fixture(scope="session")
def instance():
    with tempfile.TemporaryDirectory(prefix="okeanos-kills-", ignore_cleanup_errors=True) as folder:
        instance = Instance(pathlib.Path(folder) / "data")
        instance.folder.mkdir()
        instance.start()
        yield instance
        instance.kill()
