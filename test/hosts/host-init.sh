# The first process of a host, with namespaces of its own for files and processes: when it ends, all of the host ends.
# $1 is an empty folder; $2 a folder that the host has as /opt/travel-recharge, $3 a program that it has as /opt/bin/node.
set -eu

private() {
  mount -t tmpfs -o mode=755 tmpfs "$1"
}

private "$1"
cp -a /etc/. "$1"
mount --move "$1" /etc
if [ $# -gt 1 ]; then
  private "$1"
  mkdir "$1/travel-recharge" "$1/bin"
  mount --bind "$2" "$1/travel-recharge"
  : > "$1/bin/node"
  mount --bind "$3" "$1/bin/node"
  mount --move "$1" /opt
fi
# /dev/shm: a server that is killed leaves its shared memory there.
for folder in /run /var/lib /var/log /dev/shm; do private "$folder"; done
chmod 1777 /dev/shm
echo ready
# Until whoever made the host has ended, in whatever way. The shell waits, and so buries whatever has lost its parent.
exec 3<&0
cat <&3 > /dev/null &
wait $!
