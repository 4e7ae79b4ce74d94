"""GitLab's report of a plan, `artifacts:reports:terraform`: how much is created, updated and deleted, and no more.

GitLab Docs, "Terraform integration in merge requests": a JSON object with these three numbers.
"""

import json


def report(*, create: int, update: int, delete: int) -> str:
    return json.dumps({"create": create, "update": update, "delete": delete}) + "\n"
