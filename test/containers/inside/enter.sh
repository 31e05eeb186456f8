# Becomes the first process of a container. Runs in namespaces for mounts and processes; arguments: the directory
# that is its root, "ro" or "rw" for that, then source, target and options of each mount, "--", and the
# program with its arguments, which begin with how it drops what root may.
set -eu
root=$1
access=$2
shift 2
mount --bind "$root" "$root"
while [ "$1" != -- ]; do
  if [ "$1" = tmpfs ]; then
    mount -t tmpfs -o "$3" tmpfs "$root$2"
  else
    mount --bind "$1" "$root$2"
    mount -o "remount,bind,$3" "$root$2"
  fi
  shift 3
done
shift
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero random urandom; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
ln -s /proc/self/fd "$root/dev/fd"
ln -s /proc/self/fd/0 "$root/dev/stdin"
ln -s /proc/self/fd/1 "$root/dev/stdout"
ln -s /proc/self/fd/2 "$root/dev/stderr"
mount -o "remount,bind,$access" "$root"
exec chroot "$root" "$@"
