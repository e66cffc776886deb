"""Modules of the package import in one direction: no cycle, and no folder one that comes after it.

Every import counts, even inside a function or only for type checkers.
"""

import ast

import pytest

# From the bottom to the top: each may import itself and those before it.
LAYERS = (
    "_core",
    "table",
    "reading",
    "analysis",
    "annotations",
    "sources",
    "families",
    "show",
    "document",
    "corpus",
    "files",
    "quality",
    "exchange",
    "integrations",
    "command",
    "__init__",
    "__main__",
)


def name_of(path, package):
    parts = path.relative_to(package).with_suffix("").parts
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


def imports_of(tree, names):
    """The modules of the package, among `names`, that a module imports anywhere."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            paths = (alias.name.partition(".") for alias in node.names)
            yield from (inner or "__init__" for package, _, inner in paths if package == "quotelens")
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name the whole path"
            module, _, inner = (node.module or "").partition(".")
            if module == "quotelens":
                for alias in node.names:
                    longer = f"{inner}.{alias.name}".removeprefix(".")
                    yield longer if longer in names else inner or "__init__"


def cycle_in(graph):
    """Some modules each of which imports the next, and the last one the first; empty where there are none."""
    done, path = set(), []

    def walk(name):
        if name in path:
            return path[path.index(name) :]
        if name in done:
            return []
        path.append(name)
        found = next(filter(None, map(walk, sorted(graph[name]))), [])
        path.pop()
        done.add(name)
        return found

    return next(filter(None, map(walk, sorted(graph))), [])


@pytest.fixture(scope="module")
def graph(root):
    package = root / "python" / "quotelens"
    trees = {name_of(path, package): ast.parse(path.read_text(encoding="utf-8")) for path in package.rglob("*.py")}
    names = {*trees, "_core"}
    return {"_core": set(), **{name: set(imports_of(tree, names)) - {name} for name, tree in trees.items()}}


def test_there_is_no_import_cycle(graph):
    assert not cycle_in(graph)


def test_folders_import_only_those_before_them(graph):
    layer = {name: LAYERS.index(name.partition(".")[0]) for name in graph}
    upward = [
        f"{name} imports {other}" for name in sorted(graph) for other in graph[name] if layer[other] > layer[name]
    ]
    assert not upward


def test_a_cycle_is_found():
    assert cycle_in({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c"]
    assert not cycle_in({"a": {"b", "c"}, "b": {"c"}, "c": set()})


def test_imports_are_found_wherever_they_are():
    late = "if TYPE_CHECKING:\n    from quotelens.a.b import C\ndef f():\n    import quotelens.d"
    code = f"from quotelens import _core\nimport quotelens as ql\n{late}"
    assert set(imports_of(ast.parse(code), {"_core", "a.b", "d"})) == {"__init__", "_core", "a.b", "d"}
