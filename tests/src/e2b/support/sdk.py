"""One case of E2B's Python SDK against a Holdfast that the environment names: python sdk.py CASE."""

import asyncio
import io
import sys
import time
import urllib.request
import uuid

from e2b import (
    AsyncSandbox,
    AuthenticationException,
    CommandExitException,
    FileType,
    InvalidArgumentException,
    NotFoundException,
    PtySize,
    Sandbox,
    SandboxException,
    SandboxQuery,
    SandboxState,
    TimeoutException,
)


def raises(kind, work):
    try:
        work()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__} was raised")


def until(check, seconds=20):
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


def commands(sandbox):
    result = sandbox.commands.run('echo "a b"; echo 错误 >&2')
    assert (result.stdout, result.stderr, result.exit_code) == ("a b\n", "错误\n", 0)
    error = raises(CommandExitException, lambda: sandbox.commands.run("echo out; exit 3"))
    assert (error.exit_code, error.stdout) == (3, "out\n")
    assert sandbox.commands.run("pwd; whoami").stdout == "/home/user\nuser\n"
    assert sandbox.commands.run("id -u", user="root").stdout == "0\n"
    assert sandbox.commands.run("pwd; echo $A", cwd="/tmp", envs={"A": "1"}).stdout == "/tmp\n1\n"
    raises(InvalidArgumentException, lambda: sandbox.commands.run("pwd", cwd="/nowhere"))
    raises(TimeoutException, lambda: sandbox.commands.run("sleep 71", timeout=0.5))


def background(sandbox):
    handle = sandbox.commands.run("cat", background=True, stdin=True)
    assert [process.pid for process in sandbox.commands.list()] == [handle.pid]
    sandbox.commands.send_stdin(handle.pid, "one\n")
    joined = sandbox.commands.connect(handle.pid)
    sandbox.commands.close_stdin(handle.pid)
    assert handle.wait().stdout == "one\n"
    assert joined.wait().exit_code == 0
    sleeper = sandbox.commands.run("sleep 72", background=True)
    assert sandbox.commands.kill(sleeper.pid)
    raises(CommandExitException, sleeper.wait)
    assert not sandbox.commands.kill(999_999)


def files(sandbox):
    written = sandbox.files.write("a/b.txt", "text 文")
    assert (written.name, written.path) == ("b.txt", "/home/user/a/b.txt")
    assert sandbox.files.read("a/b.txt") == "text 文"
    assert bytes(sandbox.files.read("a/b.txt", format="bytes")) == "text 文".encode()
    assert b"".join(sandbox.files.read("a/b.txt", format="stream")) == "text 文".encode()
    sandbox.files.write("big", io.BytesIO(b"x" * 3_000_000))
    assert len(sandbox.files.read("big", format="bytes")) == 3_000_000
    many = [{"path": f"many/{n}", "data": str(n)} for n in range(5)]
    assert [info.path for info in sandbox.files.write_files(many)] == [f"/home/user/many/{n}" for n in range(5)]
    info = sandbox.files.get_info("a/b.txt")
    assert (info.type, info.size, info.permissions, info.owner) == (FileType.FILE, 8, "-rw-r--r--", "user")
    assert [entry.name for entry in sandbox.files.list("many")] == ["0", "1", "2", "3", "4"]
    assert sandbox.files.make_dir("d") and not sandbox.files.make_dir("d")
    assert sandbox.files.rename("a/b.txt", "d/c.txt").path == "/home/user/d/c.txt"
    assert sandbox.files.exists("d/c.txt") and not sandbox.files.exists("a/b.txt")
    sandbox.files.remove("d")
    assert not sandbox.files.exists("d")
    raises(NotFoundException, lambda: sandbox.files.read("nothing"))
    sandbox.files.write("m", "x", metadata={"author": "mei"})
    assert sandbox.files.get_info("m").metadata == {"author": "mei"}


def watch(sandbox):
    sandbox.files.make_dir("w")
    watcher = sandbox.files.watch_dir("w", recursive=True)
    sandbox.files.write("w/f", "x")
    seen = []

    def wrote():
        seen.extend((event.type.value, event.name) for event in watcher.get_new_events())
        return ("write", "f") in seen

    until(wrote)
    watcher.stop()
    raises(SandboxException, watcher.get_new_events)
    raises(NotFoundException, lambda: sandbox.files.watch_dir("nothing"))


def pty(sandbox):
    output = bytearray()
    terminal = sandbox.pty.create(size=PtySize(rows=24, cols=80), envs={"WORD": "wort"})
    sandbox.pty.send_stdin(terminal.pid, b"stty size; echo $WORD$TERM\nexit\n")
    terminal.wait(on_pty=output.extend)
    assert b"24 80" in output and b"wortxterm-256color" in output


def lifecycle(sandbox):
    mark = {"test": str(uuid.uuid4())}
    other = Sandbox.create(timeout=60, metadata=mark)
    try:
        query = SandboxQuery(metadata=mark)
        assert [one.sandbox_id for one in Sandbox.list(query=query).next_items()] == [other.sandbox_id]
        assert other.get_info().metadata == mark
        other.set_timeout(120)
        other.pause()
        assert not other.is_running()
        paused = Sandbox.list(query=SandboxQuery(metadata=mark, state=[SandboxState.PAUSED])).next_items()
        assert len(paused) == 1
        assert Sandbox.connect(other.sandbox_id).commands.run("echo back").stdout == "back\n"
        pages = Sandbox.list(limit=1)
        pages.next_items()
        assert pages.has_next
        until(lambda: len(other.get_metrics()) > 0)
    finally:
        assert other.kill()
    assert not other.kill()
    raises(SandboxException, lambda: Sandbox.connect(other.sandbox_id))


def ended(sandbox):
    handle = sandbox.commands.run("sleep 73", background=True)
    sandbox.kill()
    error = raises(Exception, handle.wait)
    assert type(error).__name__ == "SandboxNotRunningException", repr(error)
    error = raises(Exception, lambda: sandbox.files.read("x"))
    assert type(error).__name__ == "SandboxNotRunningException", repr(error)


def access(sandbox):
    sandbox.files.write("a.txt", "content")
    with urllib.request.urlopen(sandbox.download_url("a.txt", use_signature_expiration=60)) as answer:
        assert answer.read() == b"content"
    raises(AuthenticationException, lambda: Sandbox.create(api_key="e2b_ffff"))


async def streaming():
    sandbox = await AsyncSandbox.create()
    try:
        pieces = []
        result = await sandbox.commands.run("echo one; echo two", on_stdout=pieces.append)
        assert "".join(pieces) == result.stdout == "one\ntwo\n"
        events = []
        await sandbox.files.make_dir("w")
        handle = await sandbox.files.watch_dir("w", on_event=events.append)
        await sandbox.files.write("w/f", "x")
        for _ in range(400):
            if any(event.name == "f" for event in events):
                break
            await asyncio.sleep(0.05)
        assert any(event.name == "f" for event in events)
        await handle.stop()
        both = await asyncio.gather(*(sandbox.commands.run(f"echo {n}") for n in range(5)))
        assert [one.stdout for one in both] == [f"{n}\n" for n in range(5)]
    finally:
        await sandbox.kill()


CASES = {case.__name__: case for case in (commands, background, files, watch, pty, lifecycle, ended, access)}

if __name__ == "__main__":
    if sys.argv[1] == "streaming":
        asyncio.run(streaming())
    else:
        box = Sandbox.create()
        try:
            CASES[sys.argv[1]](box)
        finally:
            box.kill()
