# pipesync as an image: the versions that it is tested with, git for `plan --base`, no root, no secret.
FROM python:3.13-slim AS build
WORKDIR /source
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY schemas schemas
COPY src src
RUN python -m venv /opt/pipesync \
    && /opt/pipesync/bin/python -m pip install --no-cache-dir --disable-pip-version-check --constraint constraints.txt '.[objects,postgres]'

FROM python:3.13-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 pipesync
COPY --from=build /opt/pipesync /opt/pipesync
ENV PATH=/opt/pipesync/bin:$PATH
WORKDIR /work
USER 10001
ENTRYPOINT ["pipesync"]
CMD ["--help"]
