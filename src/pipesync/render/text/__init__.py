"""Renderings for terminals and CI logs, in Terraform's manner; a terminal shows the end, so what counts comes last."""
