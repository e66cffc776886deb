"""Write tables, for the generators beside this file."""


def write_table(path, text):
    """Write `text` to `path`, unless that is what it holds: make would compile all that includes it again."""
    data = text.encode("utf-8")
    if not path.exists() or path.read_bytes() != data:
        path.write_bytes(data)
