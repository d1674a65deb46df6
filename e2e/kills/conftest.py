"""A platform that tests start and kill, with a data folder of its own."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading

import pytest
from session import Session

READY_WITHIN = 60
READY = re.compile(r"okeanos is ready: (?P<http>http://\S+) \(S3 at (?P<s3>http://[^;)]+)")
# the kernel ends the platform when the tests end, however that happens
DYING_WITH_US = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []


class Instance:
    """One `okeanos up`; killing and starting it again keeps its data folder. Its ports are new at every start."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.log = folder.with_suffix(".log")
        self.process = None
        self.session = None

    def start(self) -> Session:
        command = [*DYING_WITH_US, os.environ["OKEANOS_BIN"], "up", "--no-samples", "--data-dir", str(self.folder)]
        command += ["--http", "127.0.0.1:0", "--s3", "127.0.0.1:0"]
        command += [arg for arg in os.environ.get("OKEANOS_UP_ARGS", "").split("\n") if arg]
        with open(self.log, "ab") as log:
            pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": log}
            self.process = subprocess.Popen(command, text=True, **pipes)
        watchdog = threading.Timer(READY_WITHIN, self.process.kill)
        watchdog.start()
        try:
            ready = next((told for line in self.process.stdout if (told := READY.match(line))), None)
        finally:
            watchdog.cancel()
        assert ready, f"the platform did not start\n{self.log_tail()}"
        token = (self.folder / "admin.token").read_text().strip()
        self.session = Session(ready["http"], ready["s3"], token)
        return self.session

    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """SIGKILL: nothing is drained, nothing is flushed."""
        self.process.kill()
        self.process.wait(10)
        self.process.stdout.close()

    def restart(self) -> Session:
        self.kill()
        return self.start()

    def log_tail(self) -> str:
        return self.log.read_text(errors="replace")[-3000:]


@pytest.fixture(scope="session")
def platform():
    with tempfile.TemporaryDirectory(prefix="okeanos-kills-", ignore_cleanup_errors=True) as folder:
        platform = Instance(pathlib.Path(folder) / "data")
        platform.folder.mkdir()
        yield platform
        if platform.runs():
            platform.kill()


@pytest.fixture
def instance(platform):
    """The platform, running, whatever the test before has left."""
    if not platform.runs():
        platform.start()
    return platform


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """What failed is shown with the end of the platform's log."""
    report = yield
    platform = item.funcargs.get("platform")
    if report.failed and platform is not None and platform.log.exists():
        report.sections.append(("the end of the platform's log", platform.log_tail()))
    return report
