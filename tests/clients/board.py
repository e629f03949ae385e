"""A running board for the clients: the real command on free ports, with a data folder of its own.

Nothing here knows how the local cloud works. It starts the command as a reader would, and hands out what a reader would type.
"""

import atexit
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Where the virtual environment has its programs; on Windows too.
PROGRAMS = pathlib.Path(sys.executable).parent
PATIENCE_SECONDS = 300


class Board:
    """The command, started and ready."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        ready = pathlib.Path(self.folder.name, "ready.json")
        data = pathlib.Path(self.folder.name, "data")
        suffix = ".exe" if os.name == "nt" else ""
        program = pathlib.Path(os.environ.get("WORKBOOK", ROOT / "target" / "debug" / f"workbook{suffix}"))
        command = [program, "up", "--port", "0", "--data", data, "--ready-file", ready]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not ready.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError("the board did not come up: run `cargo run` to see why")
            time.sleep(0.05)
        self.addresses = json.loads(ready.read_text(encoding="utf-8"))

    def stop(self):
        """Ends the command."""
        self.process.terminate()
        self.process.wait(timeout=30)
        self.folder.cleanup()

    @property
    def environment(self):
        """What `AWS_ENDPOINT_URL=… aws` needs, and nothing of the machine's own AWS configuration."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        nowhere = os.path.join(self.folder.name, "no-such-file")
        own = {
            "AWS_ENDPOINT_URL": self.addresses["aws"],
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": "ap-northeast-2",
            "AWS_REGION": "ap-northeast-2",
            "AWS_CONFIG_FILE": nowhere,
            "AWS_SHARED_CREDENTIALS_FILE": nowhere,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_PAGER": "",
        }
        return kept | own

    def run(self, *arguments, check=True):
        """Runs a program of the virtual environment and gives what it did."""
        program = str(PROGRAMS / arguments[0])
        outcome = subprocess.run(
            [program, *arguments[1:]], env=self.environment, capture_output=True, text=True, timeout=120, check=False
        )
        if check and outcome.returncode != 0:
            raise AssertionError(f"{' '.join(arguments)}: {outcome.returncode}\n{outcome.stdout}{outcome.stderr}")
        return outcome

    def aws(self, *arguments):
        """The AWS CLI's answer, as JSON where it is JSON."""
        text = self.run("aws", "--output", "json", *arguments).stdout
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            return text

    def write(self, title):
        """Writes a post through the API, as the page does, and gives it."""
        body = json.dumps({"title": title, "body": "by a client", "author": "Ada"}).encode()
        request = urllib.request.Request(self.addresses["api"] + "/board", data=body, headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


_board = None


def board():
    """The one board of all tests; it ends with them."""
    global _board
    if _board is None:
        _board = Board()
        atexit.register(_board.stop)
    return _board
