# The site in a container: `docker build -t remit .`, or `docker compose up` (compose.yaml) with PostgreSQL beside it.

FROM python:3.11-slim-bookworm AS built
RUN apt-get update && apt-get install --yes --no-install-recommends npm && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/source
COPY requirements requirements
RUN python -m venv /opt/remit \
 && /opt/remit/bin/pip install --no-cache-dir --require-hashes -r requirements/site.txt
RUN python -m venv /opt/builder \
 && /opt/builder/bin/pip install --no-cache-dir --require-hashes -r requirements/builder.txt
COPY . .
RUN python frontend/fetch.py \
 && /opt/builder/bin/python -m build --wheel --no-isolation \
 && /opt/remit/bin/pip install --no-cache-dir --no-deps dist/*.whl

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/remit remit
COPY --from=built /opt/remit /opt/remit
ENV PATH=/opt/remit/bin:$PATH PYTHONUNBUFFERED=1 REMIT_DATA=/var/lib/remit/data
USER remit
WORKDIR /var/lib/remit
VOLUME /var/lib/remit/data
EXPOSE 8000
# The container's own address is none that callers use: REMIT_URL says that one.
CMD ["remit", "web", "--host", "0.0.0.0"]
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/readyz', headers={'Host': 'localhost'}), timeout=4)"]
