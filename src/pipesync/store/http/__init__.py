"""A state behind Terraform's HTTP backend protocol: any server of it, and the states that GitLab manages."""
