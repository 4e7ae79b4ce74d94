"""Where pull requests live (GitHub, GitLab), as far as one comment of ours there is concerned."""
