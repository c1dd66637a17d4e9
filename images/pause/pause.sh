# Ends at once on SIGTERM or SIGINT; `wait` collects any child that ended, adopted ones included.
trap 'exit 0' TERM INT
while :; do
  sleep 2147483647 &
  wait $!
done
