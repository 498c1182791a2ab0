#!/usr/bin/env bash
# Sees to Debian's chromium for the tests that need a browser; where it cannot be had they skip and say so.
set -euo pipefail

for name in chromium chromium-browser google-chrome-stable google-chrome; do
    if command -v "$name" >/dev/null; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Debian's chromium for the tests of pagers that work by script …"
    if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1; then
        echo "chromium cannot be installed here: the tests that need it are skipped"
    fi
fi
