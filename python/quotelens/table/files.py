"""Files that appear only once they are complete, and lines of text and JSON."""

from __future__ import annotations

import errno
import json
import os
import stat
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import IO, Any

if sys.platform != "win32":
    import fcntl

_UNFINISHED = ".unfinished"
_MOST_WRITERS = 100  # files written at a time; the next process takes over unfinished ones
_NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)  # errors that name no file


@contextmanager
def replacing(target: Path) -> Generator[Path, None, None]:
    """A path to write to, which replaces `target` if the block succeeds, and disappears if it fails.

    The data is on the disk before the file is replaced, so after a power cut either the old or the new file is there.
    A killed process leaves an unfinished file next to the target, with a name that begins with a dot; the next
    process that writes the target takes it over.  An OSError about this file names `target`.
    """
    if not target.parent.is_dir():
        raise FileNotFoundError(f"The folder {str(target.parent)!r} does not exist.")
    with ExitStack() as held:
        temporary, is_there = _beside(target, held)
        try:
            temporary.touch(exist_ok=is_there)  # for a clear error, which writers of other libraries do not give
            yield temporary
            _onto_disk(temporary)
            os.replace(temporary, target)
        except BaseException as error:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            if isinstance(error, OSError) and (
                str(error.filename) == str(temporary) or (error.filename is None and error.errno in _NO_ROOM)
            ):
                raise OSError(error.errno, error.strerror or os.strerror(error.errno or 0), str(target)) from error
            raise
    _onto_disk(target.parent)


def _beside(target: Path, held: ExitStack) -> tuple[Path, bool]:
    """A path to write to that nobody else holds, locked until this process ends, and whether the file exists.

    Another user may put anything under the next name.  It is not followed, waited for or written to, unless it is a
    plain file of our own.
    """
    if sys.platform != "win32":
        for k in range(_MOST_WRITERS):
            path = target.with_name(f".{target.name}.{k}{_UNFINISHED}")
            try:
                file = _own_file(path)
            except FileNotFoundError:  # somebody has just moved it into place
                continue
            except OSError:  # such as another user's
                break
            held.callback(os.close, file)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.path.samestat(os.fstat(file), os.stat(path)):
                    os.ftruncate(file, 0)  # what a killed process had written
                    return path, True
            except (BlockingIOError, FileNotFoundError):  # somebody is writing it, or has just moved it into place
                continue
            except OSError:  # a file system without locks, where nobody holds such a file
                with suppress(OSError):
                    path.unlink()
                break
    return target.with_name(f".{target.name}.{os.getpid()}-{os.urandom(8).hex()}{_UNFINISHED}"), False


def _own_file(path: Path) -> int:
    """A new file, or one that an earlier process of this user left.  Raises OSError for anything else."""
    flags = os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        return os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o666)
    except FileExistsError:
        file = os.open(path, flags)
    facts = os.fstat(file)
    if stat.S_ISREG(facts.st_mode) and facts.st_nlink == 1 and facts.st_uid == os.geteuid():
        return file
    os.close(file)
    raise FileExistsError(errno.EEXIST, "not a file of this user", str(path))


def _onto_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, would survive a loss of power."""
    is_folder = path.is_dir()
    if is_folder and sys.platform == "win32":
        return
    descriptor = os.open(path, os.O_RDONLY if is_folder else os.O_RDWR)
    try:
        with suppress(OSError) if is_folder else nullcontext():  # not all file systems can do this for folders
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def open_text(path: Path, *, newline: str | None = "\n") -> IO[str]:
    """A UTF-8 file to write to.  A lone surrogate, which UTF-8 cannot hold, becomes a question mark."""
    return open(path, "w", encoding="utf-8", errors="replace", newline=newline)


def json_line(value: Any) -> str:
    """An object as a line of JSON, not escaped unless it has lone surrogates."""
    line = json.dumps(value, ensure_ascii=False)
    try:
        line.encode()
    except UnicodeEncodeError:
        line = json.dumps(value)
    return line + "\n"
