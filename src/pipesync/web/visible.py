"""Foreign words that must not steer a terminal."""


def visible(text: str) -> str:
    """`text` with its control characters spelt out."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
