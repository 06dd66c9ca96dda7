"""A worker as a program of its own: `python worker.py` runs jobs until it is stopped."""

from __future__ import annotations

from caddy import create_app, pdf, queue


def main() -> None:
    app = create_app()
    with app.app_context():
        pdf.warm_up()  # before it forks
        queue.work()


if __name__ == "__main__":
    main()
