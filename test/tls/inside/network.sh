# Runs in a network and a mount namespace of its own: nothing in here reaches the real service, whose names
# lead to the mock. Arguments: a directory to work in, the mock's program, and the client's with its loader.
set -eu
ip link set lo up
printf '127.0.0.1 localhost api.vipps.no apitest.vipps.no\n' >"$1/hosts"
mount --bind "$1/hosts" /etc/hosts

node "$2" --port 4747 --tls-port 443 --tls-hosts api.vipps.no,apitest.vipps.no --tls-dir "$1/tls" \
  --json --log-level warn >"$1/facts" &
mock=$!
trap 'kill $mock' EXIT
while ! grep -q '"issuer"' "$1/facts"; do
  kill -0 $mock
  sleep 0.1
done

discovery=access-management-1.0/access/.well-known/openid-configuration
curl --silent --show-error --cacert "$1/tls/ca.pem" \
  https://api.vipps.no/$discovery https://apitest.vipps.no/$discovery >"$1/discovery"
NODE_EXTRA_CA_CERTS=$1/tls/ca.pem node --import tsx "$3" \
  10000000-0000-4000-8000-000000000001 public-mock-secret-of-demo-shop
