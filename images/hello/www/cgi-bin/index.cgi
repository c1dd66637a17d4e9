#!/bin/sh
# httpd runs this for /: there is no index.html. POD_NAME and NODE_NAME come from the pod's downward API.
printf 'Content-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\n\r\n'
printf 'Hello from %s on %s\n' "${POD_NAME:-$(hostname)}" "${NODE_NAME:-an unnamed node}"
