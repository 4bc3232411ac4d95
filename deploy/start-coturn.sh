#!/bin/sh
# Starts coturn in its container with the shipped configuration, and with what only this machine knows: TURN_SECRET and
# EXTERNAL_IP. Not as flags, which everybody on the machine could read.
set -eu
umask 077
configuration="$(mktemp)"
{
  cat "$(dirname "$0")/turnserver.conf"
  printf 'static-auth-secret=%s\n' "$TURN_SECRET"
  printf 'external-ip=%s\n' "$EXTERNAL_IP"
  # Behind a NAT two peers of this relay reach each other by its private address, which is closed to them otherwise.
  case "$EXTERNAL_IP" in
  */*) printf 'allowed-peer-ip=%s\n' "${EXTERNAL_IP#*/}" ;;
  esac
} >"$configuration"
exec turnserver -c "$configuration" "$@"
