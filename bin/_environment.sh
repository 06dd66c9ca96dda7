# What the scripts in bin/ share. Sourced, never run. Speaks on standard error only.
# Works in the bash 3.2 of macOS.

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
VENV="$ROOT/.venv"
PY="$VENV/bin/python"
export PYTHONPATH="$ROOT${PYTHONPATH:+:$PYTHONPATH}"
unset PYTHONDONTWRITEBYTECODE PYTHONHOME
export PIP_DISABLE_PIP_VERSION_CHECK=1

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

is_root_with_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

# A home that cannot be written to must not stop pip: it then keeps no cache.
if [ -z "${HOME:-}" ] || [ ! -w "${HOME:-/nonexistent}" ]; then
  export PIP_NO_CACHE_DIR=1 UV_NO_CACHE=1
  export HOME="${TMPDIR:-/tmp}"
fi

apt_install() {
  say "Installing $* …"
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null 2>&1 ||
    { DEBIAN_FRONTEND=noninteractive apt-get update -qq >/dev/null 2>&1 &&
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null 2>&1; }
}

# is_python PROGRAM CODE: whether it is a Python that Caddy runs on, and the code runs in it.
is_python() {
  "$1" -c "import sys; $2
sys.exit(sys.version_info < (3, 11))" >/dev/null 2>&1
}

# A distribution's own Python is built for speed; one that was compiled at home, as by version
# managers, may take twice as long for the same. So it comes first, unless another one is named.
find_python() {
  local candidate needs
  if [ -n "${CADDY_PYTHON:-}" ]; then
    is_python "$CADDY_PYTHON" "" && command -v "$CADDY_PYTHON"
    return
  fi
  for needs in "import ensurepip" ""; do
    for candidate in /usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11 python; do
      is_python "$candidate" "$needs" && command -v "$candidate" && return 0
    done
  done
  return 1
}

lock_stamp() { cksum "$ROOT/$1" | cut -d' ' -f1,2 | tr ' ' '-'; }

# prepare_environment LOCK: make .venv with exactly what the lock names, or leave it as it is.
prepare_environment() {
  local lock="$1" stamp python
  stamp="$VENV/.complete-$lock-$(lock_stamp "$lock")"
  [ -x "$PY" ] && [ -e "$stamp" ] && "$PY" -c '' 2>/dev/null && return 0
  python="$(find_python)" || fail "Caddy needs Python 3.11 or newer, and ${CADDY_PYTHON:+CADDY_PYTHON=}${CADDY_PYTHON:-none} was found. Install it (Debian or Ubuntu: apt install python3 python3-venv; macOS: brew install python@3.12) and run this again."
  # An environment that was never finished, or that lost its Python, is not mended but made anew.
  if ! "$PY" -c '' 2>/dev/null || ! ls "$VENV"/.complete-* >/dev/null 2>&1; then
    [ -e "$VENV" ] && { say "The environment in .venv is half made; making it anew."; rm -rf "$VENV"; }
    make_venv "$python"
  fi
  say "Installing the locked dependencies (once) …"
  install_quickly "$lock" || install_by_pip "$lock" ||
    fail "The dependencies could not be installed. Check the network and run this again; nothing else needs undoing."
  rm -f "$VENV"/.complete-"$lock"-*
  touch "$stamp"
  # The test lock holds everything that the other one does.
  [ "$lock" = requirements-dev.lock ] && touch "$VENV/.complete-requirements.lock-$(lock_stamp requirements.lock)"
  return 0
}

install_by_pip() {
  local lock="$1"
  shift
  "$PY" -m pip install --quiet --no-compile --require-hashes --requirement "$ROOT/$lock" "$@" >&2
}

# uv, itself locked, installs the same files in a tenth of the time. Where it cannot be had, or does
# not reach what pip is set up to reach, pip does it.
install_quickly() {
  install_by_pip requirements-uv.lock --only-binary=:all: 2>/dev/null || return 1
  UV_LINK_MODE=copy UV_HTTP_TIMEOUT=20 UV_HTTP_RETRIES=1 "$VENV/bin/uv" pip install --quiet --no-config \
    --python "$PY" --require-hashes --requirement "$ROOT/$1" >/dev/null 2>&1
}

make_venv() {
  if ! "$1" -c 'import ensurepip' >/dev/null 2>&1; then
    if is_root_with_apt; then
      apt_install python3-venv || fail "python3-venv could not be installed. Run: apt-get update && apt-get install python3-venv"
    else
      fail "Python's venv module is not complete here. Run: sudo apt install python3-venv — and then this again."
    fi
  fi
  say "Making the environment in .venv with $("$1" --version 2>&1) …"
  "$1" -m venv "$VENV" >&2 ||
    fail "The environment could not be made in $VENV. Is the disk full, or the folder not yours to write to?"
}

# prepare_pango: what WeasyPrint draws letters with. Without it Caddy runs, with PDF off.
prepare_pango() {
  local python="$PY"
  [ -x "$python" ] || python="$(find_python)" || return 0
  "$python" - <<'PYTHON' 2>/dev/null && return 0
import ctypes.util, sys
names = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")
sys.exit(not all(ctypes.util.find_library(name) for name in names))
PYTHON
  if is_root_with_apt && apt_install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; then
    return 0
  fi
  export CADDY_PDF=off
  if [ "$(uname)" = Darwin ]; then
    say "PDF is switched off: Pango is missing. To switch it on: brew install pango"
  else
    say "PDF is switched off: Pango is missing. To switch it on: sudo apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
  fi
}
