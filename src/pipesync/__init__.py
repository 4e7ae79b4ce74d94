"""pipesync: declarative plan and apply for Aiven's controlled upgrade pipelines."""
