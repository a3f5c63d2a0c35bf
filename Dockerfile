# One image for the web server, the worker and the scheduler; docker-compose.yml says which command each runs.
FROM python:3.11-slim AS builder
RUN python -m venv /venv
COPY requirements.txt /
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /requirements.txt

FROM python:3.11-slim
ENV PATH="/venv/bin:$PATH" PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=hotspot.settings
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin hotspot \
    && install -d -o hotspot -g hotspot /var/lib/hotspot
COPY --from=builder /venv /venv
WORKDIR /app
COPY . .
# Gathering the static files needs settings that load, and neither a database nor the real secret: hence DEMO here only.
RUN DEMO=true python manage.py collectstatic --noinput --verbosity 0
USER hotspot
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "script/healthcheck.py"]
# More workers or other options: GUNICORN_CMD_ARGS.
CMD ["gunicorn", "hotspot.wsgi", "--bind=0.0.0.0:8000", "--worker-class=gthread", "--workers=3", "--threads=4", \
     "--worker-tmp-dir=/dev/shm", "--max-requests=5000", "--max-requests-jitter=500", "--access-logfile=-", \
     "--logger-class=hotspot.core.server_log.ServerLog"]
