"""Killed, out of room or without permission: the old file or a complete new one, and no half file."""

import errno
import json
import os
import random
import signal
import stat
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
import quotelens as ql
from quotelens.table.files import replacing

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills and limits processes as POSIX does")
SEEDS = range(12)
OLD = b"old\n"

# What can write a file, as the body of a function of a folder of input and an output.
JOBS = {
    "stream.csv": "ql.read(folder, threads=1, progress=False, lazy=True).stream().write(out, resume=resume)",
    "stream.parquet": "ql.read(folder, threads=1, progress=False, lazy=True).stream().write(out, resume=resume)",
    "quotes.jsonl": "main(['quotes', folder, '-o', out, '--threads', '1', *['--resume'] * resume])",
    "table.csv": "ql.read(folder, threads=1).quotes().write(out)",
    "table.parquet": "ql.read(folder, threads=1).quotes().write(out)",
    "report.html": "ql.read(folder, threads=1).report(out)",
    "annotate.jsonl": "main(['annotate', folder + '/0.jsonl', '-o', out, '--threads', '1'])",
}
AT_MOMENTS = ["stream.parquet", "quotes.jsonl"]
RESUMED = [name for name in JOBS if name.startswith(("stream", "quotes"))]

PRELUDE = """
import json, os, random, signal, sys, time
import quotelens as ql
from quotelens.analysis import stream as module
from quotelens.command.cli import main
module._PART_BYTES = 1
folder, out = sys.argv[1:3]
def work(resume):
    %s
"""

# Before the nth time that it touches a file of the output's folder, a child is killed; n goes up until none is.
# Prints for each what it left.
EVERY_POINT = """
os.fsync = lambda descriptor: None  # a kill does not need it, and it takes long
ql.sample().quotes()  # what is made once is made

def kill_at(n):
    places = (out, os.path.dirname(out))
    def look(event, arguments):
        nonlocal n
        if event.split(".")[0] in ("open", "os", "shutil") and any(
            isinstance(a, (str, os.PathLike)) and os.fspath(a).startswith(places) for a in arguments
        ):
            n -= 1
            if n == 0:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(look)

def run(n, resume):
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        kill_at(n)
        work(resume)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])

def content():
    try:
        with open(out, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return b""

def clear():
    from shutil import rmtree
    place = os.path.dirname(out)
    for name in os.listdir(place):
        path = os.path.join(place, name)
        rmtree(path) if os.path.isdir(path) else os.remove(path)
    with open(out, "wb") as file:
        file.write(b"old\\n")

resumable, n, found = sys.argv[3] == "1", 0, []
killed = True
while killed:
    n += 1
    clear()
    killed = run(n, False)
    first = content()
    run(10**9, resumable)
    found.append([first.decode("latin-1"), content().decode("latin-1"), sorted(os.listdir(os.path.dirname(out)))])
print(json.dumps(found))
"""

AT_A_MOMENT = """
print("ready", flush=True)
sys.stdin.readline()
began = time.perf_counter()
work(len(sys.argv) > 3)
print(time.perf_counter() - began, flush=True)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("in")
    for k in range(2):
        rows = [
            {"id": name, "text": f"“It will rain,” Ann Lee said. “{k} of us,” he added. It is {name}."}
            for name in (f"a{k}", "same", f"b{k}")
        ]
        (place / f"{k}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return place


def needed(job):
    if job.endswith(".parquet"):
        pytest.importorskip("pyarrow.parquet")


def program(job, rest):
    return PRELUDE % JOBS[job] + rest


def without_interruption(job, folder, place):
    place.mkdir()
    subprocess.run(
        [sys.executable, "-c", program(job, "work(False)"), folder, place / f"out.{job.partition('.')[2]}"],
        check=True,
        capture_output=True,
    )
    return (place / f"out.{job.partition('.')[2]}").read_bytes()


@pytest.mark.parametrize("job", [job for job in JOBS if job not in AT_MOMENTS])
def test_killed_before_each_step(job, folder, tmp_path):
    needed(job)
    whole = without_interruption(job, folder, tmp_path / "whole")
    out = tmp_path / "here" / f"out.{job.partition('.')[2]}"
    out.parent.mkdir()
    command = [sys.executable, "-c", program(job, EVERY_POINT), folder, out, str(int(job in RESUMED))]
    found = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=300).stdout)
    assert len(found) > 3, "a run touches its files a few times"
    assert found[0][0].encode("latin-1") == OLD and found[-1][0].encode("latin-1") == whole
    for first, second, names in found:
        assert first.encode("latin-1") in (OLD, whole)
        assert second.encode("latin-1") == whole
        assert names == [out.name]


@pytest.mark.parametrize("job", AT_MOMENTS)
def test_killed_at_any_moment(job, folder, tmp_path):
    needed(job)
    whole = without_interruption(job, folder, tmp_path / "whole")
    out = tmp_path / "here" / f"out.{job.partition('.')[2]}"
    out.parent.mkdir()
    command = [sys.executable, "-c", program(job, AT_A_MOMENT), folder, out]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    took = 0.1
    for seed in SEEDS:
        out.write_bytes(OLD)
        with subprocess.Popen(command, **pipes) as process:
            assert process.stdout.readline() == b"ready\n"
            process.stdin.write(b"go\n")
            process.stdin.flush()
            time.sleep(random.Random(seed).uniform(0, took))
            process.send_signal(signal.SIGKILL)
            process.wait(30)
        assert out.read_bytes() in (OLD, whole), seed
        again = [*command, "resume"] if job in RESUMED else command
        done = subprocess.run(again, input=b"go\n", stdout=subprocess.PIPE, check=True)
        took = float(done.stdout.split()[-1])
        assert out.read_bytes() == whole, seed
        assert [path.name for path in out.parent.iterdir()] == [out.name], seed


@pytest.mark.parametrize("job", JOBS)
def test_half_a_file_is_not_written_on(job, folder, tmp_path):
    """What a killed process had written of the file is not part of the next one's."""
    needed(job)
    whole = without_interruption(job, folder, tmp_path / "whole")
    again = tmp_path / "again"
    again.mkdir()
    name = f"out.{job.partition('.')[2]}"
    (again / f".{name}.0.unfinished").write_bytes(whole[: len(whole) // 2])
    command = [sys.executable, "-c", program(job, "work(False)"), folder, again / name]
    subprocess.run(command, check=True, capture_output=True)
    assert (again / name).read_bytes() == whole
    assert [path.name for path in again.iterdir()] == [name]


# -------------------------------------------------------------------------------------------- room and permission

LIMITED = """
import resource
# Once without limits: this loads all that the work needs, which another user may not be able to read.
wanted, out = out, sys.argv[4]
work(False)
out = wanted
if sys.argv[3] == "small files":
    resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))
if sys.argv[3] == "not mine" and os.geteuid() == 0:
    os.seteuid(65534)
try:
    work(False)
except OSError as error:
    print(json.dumps([error.errno, str(error)]))
"""


@pytest.fixture(params=["small files", "full disk", "not mine"])
def trouble(request, tmp_path):
    """What is wrong with a folder, and the folder."""
    place = tmp_path / "here"
    place.mkdir()
    if request.param == "full disk":
        command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place]
        if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode:
            pytest.skip("needs root, to mount a disk that is full")
        inner = place / "inner"
        inner.mkdir()
        with suppress(OSError):
            (place / "filler").write_bytes(bytes(1 << 20))
        yield request.param, inner
        subprocess.run(["umount", place], check=True)
        return
    if request.param == "not mine":
        place.chmod(0o555)
    yield request.param, place
    place.chmod(0o755)


@pytest.mark.parametrize("job", ["stream.csv", "stream.parquet", "table.csv", "table.parquet", "report.html"])
def test_no_room_and_no_permission_leave_nothing(job, folder, trouble, tmp_path):
    needed(job)
    what, place = trouble
    out = place / f"out.{job.partition('.')[2]}"
    for above in (*folder.parents, *place.parents):  # of the temporary folders, for those who are not root
        if above.is_relative_to(tempfile.gettempdir()) and above != Path(tempfile.gettempdir()):
            above.chmod(0o755)
    command = [sys.executable, "-c", program(job, LIMITED), folder, out, what, tmp_path / out.name]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    number, message = json.loads(run.stdout.splitlines()[-1])
    wanted = {"small files": errno.EFBIG, "full disk": errno.ENOSPC, "not mine": errno.EACCES}
    assert number == wanted[what]
    assert str(out) in message and "unfinished" not in message
    assert list(place.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_standard_output_is_named(folder):
    command = [sys.executable, "-m", "quotelens", "quotes", folder, "-o", "-"]
    with open("/dev/full", "w") as full:
        run = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
    assert run.returncode != 0
    assert "No space left on device" in run.stderr and "Traceback" not in run.stderr


# ------------------------------------------------------------------------------------------------ half files


def test_half_files_of_the_living_stay(tmp_path):
    target = tmp_path / "q.csv"
    with replacing(target) as first:
        first.write_text("first")
        with replacing(target) as second:
            second.write_text("second")
            assert first.exists()
        assert target.read_text() == "second"
    assert target.read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["q.csv"]


def test_half_files_of_the_dead_go(tmp_path):
    target = tmp_path / "q.csv"
    (tmp_path / ".q.csv.0.unfinished").write_text("half a file, and longer than the new one")
    (tmp_path / ".q.csv.mine").write_text("of somebody else")
    with replacing(target) as temporary:
        temporary.write_text("new")
    assert target.read_text() == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".q.csv.mine", "q.csv"]


def test_many_writers_of_one_file(tmp_path):
    """All have turns with the same names, and each leaves a whole file."""
    target, texts = tmp_path / "q.csv", [str(k) * 20_000 for k in range(8)]

    def write(text):
        for _ in range(30):
            with replacing(target) as temporary:
                temporary.write_text(text)
            assert target.read_text() in texts

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, texts))
    assert [path.name for path in tmp_path.iterdir()] == ["q.csv"]


def test_a_file_is_on_the_disk_before_it_takes_its_place(tmp_path, monkeypatch):
    """For a loss of power: first the bytes, then the name, then the folder."""
    sync, replace, done = os.fsync, os.replace, []

    def noted_sync(descriptor):
        done.append(("sync", os.fstat(descriptor).st_ino))
        sync(descriptor)

    def noted_replace(old, new):
        done.append(("replace", os.stat(old).st_ino))
        replace(old, new)

    monkeypatch.setattr(os, "fsync", noted_sync)
    monkeypatch.setattr(os, "replace", noted_replace)
    ql.sample().quotes().write(tmp_path / "q.csv")
    file = (tmp_path / "q.csv").stat().st_ino
    assert done == [("sync", file), ("replace", file), ("sync", tmp_path.stat().st_ino)]


# ----------------------------------------------------------------------------- what others put in its way


@pytest.fixture
def in_time(interrupt_after):
    interrupt_after(60)


def write_text(target):
    with replacing(target) as temporary:
        temporary.write_text("new")


def write_table(target):
    ql.sample().quotes().write(target)


def write_stream(target):
    ql.sample().stream().write(target)


@pytest.mark.parametrize("write", [write_text, write_table, write_stream])
@pytest.mark.parametrize("kind", ["link", "hard link", "link to nothing", "pipe", "folder"])
def test_what_is_planted_is_not_written_to(tmp_path, in_time, kind, write):
    place, victim = tmp_path / "here", tmp_path / "victim"
    place.mkdir()
    victim.write_text("of somebody else")
    unfinished = place / ".q.csv.0.unfinished"
    if kind == "link":
        unfinished.symlink_to(victim)
    elif kind == "hard link":
        os.link(victim, unfinished)
    elif kind == "link to nothing":
        unfinished.symlink_to(tmp_path / "new")
    elif kind == "pipe":
        os.mkfifo(unfinished)
    else:
        unfinished.mkdir()
    write(place / "q.csv")
    assert victim.read_text() == "of somebody else" and not (tmp_path / "new").exists()
    written = (place / "q.csv").lstat()
    assert stat.S_ISREG(written.st_mode) and written.st_nlink == 1 and written.st_size > 0
    assert sorted(path.name for path in place.iterdir()) == sorted(["q.csv", unfinished.name]), "it stays as it was"


@pytest.mark.skipif(os.name == "posix" and os.geteuid() != 0, reason="needs root, to make a file of another user's")
def test_a_file_of_another_user_is_not_taken_over(tmp_path):
    unfinished = tmp_path / ".q.csv.0.unfinished"
    unfinished.write_text("")
    os.chown(unfinished, 65534, 65534)
    unfinished.chmod(0o666)
    with replacing(tmp_path / "q.csv") as temporary:
        temporary.write_text("new")
    assert (tmp_path / "q.csv").stat().st_uid == os.geteuid()


def test_a_target_that_is_a_link_is_replaced_and_not_followed(tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("of somebody else")
    (tmp_path / "q.csv").symlink_to(victim)
    with replacing(tmp_path / "q.csv") as temporary:
        temporary.write_text("new")
    assert victim.read_text() == "of somebody else" and not (tmp_path / "q.csv").is_symlink()


@pytest.mark.parametrize("resume", [True, False])
def test_parts_that_are_a_link_are_left_alone(folder, tmp_path, resume):
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "run.json").write_text("of somebody else")
    (tmp_path / "q.csv.parts").symlink_to(victim)
    with pytest.raises(FileExistsError, match="is a link"):
        ql.read(folder, lazy=True).stream().write(tmp_path / "q.csv", resume=resume)
    assert (victim / "run.json").read_text() == "of somebody else"


def test_an_error_of_another_file_keeps_its_name(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"), replacing(tmp_path / "q.csv"):
        (tmp_path / "nowhere").read_text()
    with pytest.raises(IsADirectoryError, match="here"):
        ql.sample().quotes().write(_folder(tmp_path / "here.csv"))
    assert [path.name for path in tmp_path.iterdir()] == ["here.csv"]


def _folder(path):
    path.mkdir()
    return path
