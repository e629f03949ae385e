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
        self.program = pathlib.Path(os.environ.get("WORKBOOK", ROOT / "target" / "debug" / f"workbook{suffix}"))
        self.data = data
        command = [self.program, "up", "--port", "0", "--data", data, "--ready-file", ready]
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
        """What a shell has that has read `cargo workbook env`, with nothing else of AWS set: no variable, no file in its home."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        # What a reader's own account leaves behind; the command takes it out of the way.
        kept |= {"HOME": self.folder.name, "AWS_SESSION_TOKEN": "of-another-account", "AWS_PROFILE": "no-such-profile"}
        script = f'eval "$("{self.program}" env --shell sh --data "{self.data}")" && env -0'
        printed = subprocess.run(["sh", "-c", script], cwd=ROOT, env=kept, capture_output=True, check=True, timeout=60).stdout
        return dict(entry.split("=", 1) for entry in printed.decode().split("\0") if entry)

    @property
    def with_a_wrong_secret(self):
        """The same, but for the secret."""
        return self.environment | {"AWS_SECRET_ACCESS_KEY": "0" * 40}

    @property
    def with_an_unknown_key(self):
        """The same, but for the key."""
        return self.environment | {"AWS_ACCESS_KEY_ID": "AKIA" + "0" * 16}

    def run(self, *arguments, check=True, environment=None, timeout=120, answer=None):
        """Runs a program of the virtual environment and gives what it did; `answer` is what it reads where it asks."""
        program = str(PROGRAMS / arguments[0])
        outcome = subprocess.run(
            [program, *arguments[1:]],
            env=environment or self.environment,
            input=answer,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
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

    def workbook(self, *arguments):
        """What the command itself prints about this board."""
        command = [self.program, *arguments, "--data", self.data]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout

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
