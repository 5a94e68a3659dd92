#!/bin/sh
# System packages that the browser tests need: installed where we may (root and apt), named otherwise.
set -eu
if command -v chromium >/dev/null 2>&1; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null
else
    echo "浏览器测试需要系统包 chromium 和 fonts-noto-cjk：请安装后再运行，否则这些测试会跳过" >&2
fi
