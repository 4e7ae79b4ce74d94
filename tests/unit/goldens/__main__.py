"""Renews the goldens: `python -m tests.unit.goldens`, then read the difference before you keep it."""

from tests.unit.goldens.corpus import cases, renderings

if __name__ == "__main__":
    for case in cases():
        for path, text in renderings(case):
            path.write_text(text, "utf-8")
            print(path)
