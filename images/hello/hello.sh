# Process 1 must handle SIGTERM itself, which httpd as process 1 would not.
httpd -f -v -p 8080 -h /www &
server=$!
trap 'kill $server; exit 0' TERM INT
echo "$(hostname) listens on port 8080"
wait $server
