# Makes a network of its own, with a namespace for each of the names in it, and ends with its standard input.
# Runs in namespaces for the network, mounts and processes; the arguments are the names. The n-th has the address
# 10.77.0.(n + 1); the first address is that of the machine on which they run.
set -eu
# Here `ip netns` keeps the names of namespaces.
mount -t tmpfs tmpfs /run
ip link set lo up
ip link add bridge type bridge
ip address add 10.77.0.1/24 dev bridge
ip link set bridge up
number=1
for name; do
  number=$((number + 1))
  ip netns add "$name"
  ip link add "port$number" type veth peer name eth0 netns "$name"
  ip link set "port$number" master bridge up
  ip -n "$name" address add "10.77.0.$number/24" dev eth0
  ip -n "$name" link set lo up
  ip -n "$name" link set eth0 up
  # As Docker has it: low ports are for everybody in a container.
  ip netns exec "$name" sh -c 'echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start'
done
echo up
exec cat
