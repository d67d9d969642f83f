# The front end is bundled by Node, the packages are installed apart, and neither tool reaches the image that runs.
FROM node:24.19.0-bookworm-slim AS assets
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY portal/web/frontend portal/web/frontend
RUN npm run build

FROM python:3.13.9-slim-bookworm AS packages
RUN python -m venv /opt/venv
COPY requirements.txt .
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check -r requirements.txt

FROM python:3.13.9-slim-bookworm
RUN groupadd --gid 10001 soundcheck \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin soundcheck \
 && install -d -o soundcheck -g soundcheck -m 0700 /files /beat
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/soundcheck
COPY portal portal
COPY workers workers
COPY migrations migrations
COPY deploy/gunicorn.conf.py deploy/gunicorn.conf.py
COPY --from=assets /build/portal/web/static/build portal/web/static/build
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 STORAGE_DIR=/files
USER soundcheck
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "--bind", "0.0.0.0:8000"]
