"""What an organization asks of its upgrade steps beyond Aiven's rules: the policy as a value, and what breaches it."""
