#!/bin/sh
# System packages that the tests need: installed where we may (root and apt), named otherwise.
# chromium and fonts-noto-cjk for the browser tests, fonts-wqy-microhei for the newspaper pages made as PDF,
# redis-server for the tests of several machines (only its program; no service has to run), LibreOffice for the tests
# that open downloads and briefs with it.
set -eu
wanted=""
command -v chromium >/dev/null 2>&1 || wanted="chromium fonts-noto-cjk"
[ -e /usr/share/fonts/truetype/wqy/wqy-microhei.ttc ] || wanted="$wanted fonts-wqy-microhei"
command -v redis-server >/dev/null 2>&1 || wanted="$wanted redis-server"
command -v soffice >/dev/null 2>&1 || wanted="$wanted libreoffice-calc libreoffice-writer"
[ -n "$wanted" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq
    # shellcheck disable=SC2086 # the words of $wanted are package names
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $wanted >/dev/null
else
    echo "测试需要系统包$wanted：请安装后再运行，否则有关的测试会跳过" >&2
fi
