# Plays two machines: `unshare --net bash machines.sh COMMAND...` runs COMMAND in two networks of their own, with
# addresses 10.77.0.1 and 10.77.0.2 and a cable between; NODE says which. Exits with the first exit code that is not 0.
set -e
trap 'kill $(jobs -p) 2> /dev/null || true' EXIT
trap 'exit 1' TERM
holders=()
for node in 0 1; do
  unshare --net sleep infinity &
  holders+=($!)
done
# A holder has its network once it runs sleep.
for holder in "${holders[@]}"; do
  until [ "$(readlink "/proc/$holder/ns/net")" != "$(readlink /proc/$$/ns/net)" ]; do sleep 0.02; done
done
ip link add cable0 type veth peer name cable1
for node in 0 1; do
  inside=(nsenter --target "${holders[$node]}" --net)
  ip link set "cable$node" netns "${holders[$node]}"
  "${inside[@]}" ip addr add "10.77.0.$((node + 1))/24" dev "cable$node"
  "${inside[@]}" ip link set "cable$node" up
  "${inside[@]}" ip link set lo up
done
runs=()
for node in 0 1; do
  NODE=$node GLOO_SOCKET_IFNAME="cable$node" nsenter --target "${holders[$node]}" --net "$@" &
  runs+=($!)
done
code=0
for run in "${runs[@]}"; do wait "$run" || code=$?; done
exit "$code"
