"""What the YAML reader makes of a text: the tests' way to ask."""

import pytest

from pipesync.errors import SpecError
from pipesync.spec.document import Document
from pipesync.spec.findings import Findings
from pipesync.spec.yaml12 import read


def document_of(content: str | bytes) -> Document:
    """The document of a text that has no problems."""
    findings = Findings()
    document = read("a.yaml", content.encode() if isinstance(content, str) else content, findings)
    findings.settle()
    assert document is not None
    return document


def problems_of(content: str | bytes) -> list[str]:
    """The problems of a text, as they are printed."""
    findings = Findings()
    read("a.yaml", content.encode() if isinstance(content, str) else content, findings)
    with pytest.raises(SpecError) as caught:
        findings.settle()
    return [str(problem) for problem in caught.value.problems]
