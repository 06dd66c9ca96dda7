"""How gunicorn serves Caddy. Every figure can be set from the environment.

One class of worker for pages and live streams: docs/decisions/0005-web-server.md has the
measurements, and when to split the two.
"""

import gc
import os
import shutil
from typing import Any

from caddy.config import load_settings

settings = load_settings()

# The figures of all processes of this server; said before anything is measured.
figures = settings.var / "metrics" / str(settings.port)
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(figures)

bind = f"{settings.host}:{settings.port}"
workers = settings.web_workers
worker_class = "gevent"
worker_connections = 4_000
keepalive = 5
timeout = 60
graceful_timeout = 3  # a live stream never ends by itself
forwarded_allow_ips = "127.0.0.1,::1"
accesslog = None  # each request has its line from Caddy itself
# For whoever turns one on: no address, for its query has what was searched, and links secrets.
access_log_format = "%(t)s %(m)s %(s)s %(B)s %(M)sms %({x-request-id}o)s"
errorlog = "-"
loglevel = "warning"
control_socket_disable = True


def on_starting(_server: object) -> None:
    """Begin to count anew: what an earlier server left is of processes that are gone."""
    shutil.rmtree(figures, ignore_errors=True)
    figures.mkdir(parents=True, exist_ok=True)


def child_exit(_server: object, worker: Any) -> None:
    """Take the open streams of a process that ended out of the count."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def post_worker_init(worker: Any) -> None:
    """Leave what was loaded at the start out of every later collection, and say what is amiss.

    While a full collection looks through it all, no live panel of the process is served.
    """
    if settings.is_production:
        from caddy import row_security

        with worker.wsgi.app_context():
            row_security.warn()
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
