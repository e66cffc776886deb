"""Literals of C, for the generators beside this file."""


def quoted(text):
    """A string literal with the UTF-8 bytes of a text."""
    escaped = "".join(
        chr(b) if 32 <= b < 127 and chr(b) not in '"\\' else "\\" + (chr(b) if b in (34, 92) else f"{b:03o}")
        for b in text.encode("utf-8")
    )
    return f'"{escaped}"'
