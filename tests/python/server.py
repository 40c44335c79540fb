"""A `tandem serve` on a fresh database, started and given tokens as a new operator would: by the command line."""

import os
import pathlib
import signal
import subprocess

import grpc

BINARY = pathlib.Path(os.environ.get("TANDEM_BIN", "target/debug/tandem")).resolve()


class Server:
    """A running server. Leaving the `with` ends it, whatever happened inside."""

    def __init__(self, folder):
        self.database = os.environ.get("TANDEM_DATABASE", f"sqlite:{folder}/tandem.db")
        # Settings of whoever runs the tests are none of this server's.
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("TANDEM_")}
        self.log = open(folder / "serve.log", "w+", encoding="utf-8")

    def __enter__(self):
        arguments = [BINARY, "serve", "--database", self.database, "--listen", "127.0.0.1:0", "--reflection"]
        self.process = subprocess.Popen(
            arguments, stdout=subprocess.PIPE, stderr=self.log, env=self.environment, text=True
        )
        ready = self.process.stdout.readline().strip()
        assert ready.startswith("listening on "), f"the server did not start: {ready!r}\n{self.logged()}"
        self.channel = grpc.insecure_channel(ready.removeprefix("listening on "))
        return self

    def __exit__(self, kind, fault, trace):
        self.channel.close()
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if fault is not None:
            print(self.logged())
        self.log.close()

    def logged(self):
        self.log.seek(0)
        return self.log.read()

    def run(self, *arguments):
        """A command of the command line, done or not."""
        return subprocess.run(
            [BINARY, *arguments, "--database", self.database],
            env=self.environment, text=True, capture_output=True, timeout=60,
        )

    def command(self, *arguments):
        """What a command that is done prints."""
        done = self.run(*arguments)
        assert done.returncode == 0, f"tandem {' '.join(arguments)}: {done.stderr}{done.stdout}"
        return done.stdout.strip()

    def token(self, role, subject, *more):
        """A new bearer token, as metadata for every request of its holder."""
        text = self.command("token", "create", "--role", role, "--subject", subject, "--expires", "1h", *more)
        assert text.startswith("tdm_"), text
        return (("authorization", f"Bearer {text}"),)

    def told_to_end(self):
        """SIGTERM, as an operator's service manager sends it."""
        self.process.send_signal(signal.SIGTERM)

    def ended(self):
        """Its exit code."""
        return self.process.wait(timeout=20)
