#!/usr/bin/env python3
"""What `okeanos up` is in one process, as a process for each service, behind a reverse proxy that routes as an ingress does.

    apart.py up --data-dir DIR --config e2e/real-servers.toml

It takes the arguments that the journey's runner gives `okeanos up`, says the same ready line and drains on SIGTERM. The
binaries of the services lie beside the one that OKEANOS_BIN names. They share PostgreSQL, NATS and an S3 server, which the
configuration or the environment names.
"""

import argparse
import asyncio
import contextlib
import os
import pathlib
import secrets
import shutil
import signal
import socket
import subprocess
import sys

import aiohttp
from aiohttp import web

SERVICES = ["iam", "storage-gateway", "catalog", "cataloguer", "process-registry", "job-dispatcher", "explorer"]
# the longest prefix counts; the explorer has the rest
ROUTES = {
    "/iam": "iam",
    "/auth": "iam",
    "/data": "catalog",
    "/checks": "cataloguer",
    "/processes": "process-registry",
    "/processes/jobs": "job-dispatcher",
}
READY_WITHIN = 60
SAMPLES = pathlib.Path(__file__).parent / "data" / "samples"
DYING_WITH_US = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
# of the connection, not of the message
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "upgrade"}


def service_of(path: str) -> str:
    path = path.rstrip("/")
    if path.startswith("/processes/processes/") and path.endswith("/execution"):
        return "job-dispatcher"
    fitting = [prefix for prefix in ROUTES if path == prefix or path.startswith(prefix + "/")]
    return ROUTES[max(fitting, key=len)] if fitting else "explorer"


def free_address() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


class Apart:
    """The running services."""

    def __init__(self, folder: pathlib.Path, config: list[str]):
        self.http = {name: free_address() for name in SERVICES}
        self.url, self.s3_url = f"http://{free_address()}", f"http://{free_address()}"
        grpc = {name: free_address() for name in SERVICES}
        beside = pathlib.Path(os.environ["OKEANOS_BIN"]).parent
        shared = {
            "PLATFORM__PUBLIC_URL": self.url,
            "PLATFORM__S3_URL": self.s3_url,
            "PLATFORM__NODE_KEY": secrets.token_hex(32),
        }
        own = {
            "iam": {
                "IAM__BOOTSTRAP__ADMIN_TOKEN_FILE": str(folder / "admin.token"),
                "IAM__BOOTSTRAP__SIGN_IN_FILE": str(folder / "sign-in.token"),
            },
            "storage-gateway": {"STORAGE_GATEWAY__BIND": self.s3_url.removeprefix("http://")},
        }
        self.processes = {}
        for name in SERVICES:
            settings = shared | own.get(name, {}) | {
                "PLATFORM__DATA_DIR": str(folder / name),
                "PLATFORM__HTTP": self.http[name],
                "PLATFORM__GRPC": grpc[name],
            }
            for peer in set(SERVICES) - {name}:
                settings[f"PLATFORM__PEERS__{peer.replace('-', '_').upper()}"] = f"http://{grpc[peer]}"
            env = os.environ | {f"OKEANOS_{field}": value for field, value in settings.items()}
            command = [*DYING_WITH_US, beside / f"okeanos-{name}", *config, "serve"]
            self.processes[name] = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=sys.stderr)

    async def ready(self, client: aiohttp.ClientSession) -> None:
        """Waits until every service says that it is ready."""
        async with asyncio.timeout(READY_WITHIN):
            for name, address in self.http.items():
                while not await is_ready(client, address):
                    assert self.processes[name].poll() is None, f"{name} has ended"
                    await asyncio.sleep(0.1)

    async def forward(self, request: web.Request) -> web.StreamResponse:
        """Passes a request on to the service that its path belongs to, and the answer back, as they come."""
        address = self.http[service_of(request.path)]
        answer = request.app[CLIENT].request(
            request.method,
            f"http://{address}{request.rel_url.raw_path_qs}",
            headers=end_to_end(request.headers),
            skip_auto_headers=["Accept", "Accept-Encoding", "Content-Type", "User-Agent"],
            data=request.content if request.can_read_body else None,
            allow_redirects=False,
        )
        async with answer as answer:
            passed = web.StreamResponse(status=answer.status, headers=end_to_end(answer.headers))
            await passed.prepare(request)
            async for chunk in answer.content.iter_any():
                await passed.write(chunk)
            await passed.write_eof()
            return passed

    def end(self) -> bool:
        """Asks every service to drain; whether all ended well."""
        for process in self.processes.values():
            process.terminate()
        ended = {name: process.wait(40) for name, process in self.processes.items()}
        print(f"ended: {ended}", file=sys.stderr)
        return not any(ended.values())


CLIENT = web.AppKey("client", aiohttp.ClientSession)


async def is_ready(client: aiohttp.ClientSession, address: str) -> bool:
    with contextlib.suppress(aiohttp.ClientError):
        async with client.get(f"http://{address}/health/ready") as answer:
            return answer.status == 200
    return False


def end_to_end(headers) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers.items() if name.lower() not in HOP_BY_HOP]


def upload_samples(apart: Apart, folder: pathlib.Path) -> None:
    token = (folder / "admin.token").read_text().strip()
    env = os.environ | {"OKEANOS_URL": apart.url, "OKEANOS_S3": apart.s3_url, "OKEANOS_TOKEN": token, "HOME": str(folder)}
    for sample in sorted(SAMPLES.iterdir()):
        command = [os.environ["OKEANOS_BIN"], "upload", sample, "--to", "s3://user-admin/public/samples/"]
        subprocess.run(command, env=env, stdout=sys.stderr, check=True)


async def run(options: argparse.Namespace) -> bool:
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    folder = options.data_dir.absolute()
    apart = Apart(folder, ["--config", options.config] if options.config else [])
    try:
        async with aiohttp.ClientSession(auto_decompress=False) as client:
            app = web.Application()
            app[CLIENT] = client
            app.router.add_route("*", "/{path:.*}", apart.forward)
            runner = web.AppRunner(app)
            await runner.setup()
            host, port = apart.url.removeprefix("http://").split(":")
            await web.TCPSite(runner, host, int(port)).start()
            await apart.ready(client)
            await asyncio.to_thread(upload_samples, apart, folder)
            link = f"{apart.url}/iam/sign-in?token={(folder / 'sign-in.token').read_text().strip()}"
            print(f"okeanos is ready: {apart.url} (S3 at {apart.s3_url}; sign in as admin, once: {link})", flush=True)
            await told.wait()
            await runner.cleanup()
    finally:
        ended_well = await asyncio.to_thread(apart.end)
    return ended_well


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["up"])
    parser.add_argument("--data-dir", required=True, type=pathlib.Path)
    parser.add_argument("--config")
    # where `okeanos up` is told to listen: here it is always free ports of the loopback interface
    parser.add_argument("--http")
    parser.add_argument("--s3")
    sys.exit(0 if asyncio.run(run(parser.parse_args())) else 1)


if __name__ == "__main__":
    main()
