#!/bin/bash
# usage: private-libvirtd.sh BASE     (as root; needs no systemd, no cgroup, no D-Bus)
# Becomes a libvirtd whose whole state is under BASE, in a mount namespace of its own: nothing of the machine's own
# libvirt is touched, and two can run side by side. The process keeps its id, so its starter can end it by that id.
set -e
B=$(readlink -f "$1")
mkdir -p "$B"/{etc,lib/qemu,run,cache,log/qemu}
cat > "$B/etc/qemu.conf" <<'C'
user = "root"
group = "root"
security_driver = "none"
cgroup_controllers = [ ]
namespaces = [ ]
seccomp_sandbox = 0
stdio_handler = "file"
remember_owner = 0
dynamic_ownership = 0
C
# A host of its own to other libvirtds: without it all of a machine have one id, and refuse to migrate to each other.
[ -s "$B/host-uuid" ] || cat /proc/sys/kernel/random/uuid > "$B/host-uuid"
cat > "$B/etc/libvirtd.conf" <<C
host_uuid = "$(cat "$B/host-uuid")"
unix_sock_dir = "/run/libvirt"
auth_unix_ro = "none"
auth_unix_rw = "none"
log_level = 3
log_outputs = "3:file:$B/log/libvirtd.log"
C
# Debian's libvirtd looks its user and group up before it reads qemu.conf, and does not start without them; only the
# package libvirt-daemon-system, which is not needed here, makes them. They are made up for this namespace alone.
known_or_made_up() { # $1 = passwd or group, $2 = the line for it
  cat "/etc/$1" > "$B/etc/$1"
  getent "$1" libvirt-qemu > /dev/null || echo "$2" >> "$B/etc/$1"
}
known_or_made_up passwd 'libvirt-qemu:x:64055:64055:QEMU of a private libvirtd:/nonexistent:/usr/sbin/nologin'
known_or_made_up group 'libvirt-qemu:x:64055:'
# These must exist to be mounted over.
mkdir -p /etc/libvirt /var/lib/libvirt /run/libvirt /var/cache/libvirt /var/log/libvirt
exec unshare -m --propagation private bash -c '
  set -e
  mount --bind "$1/etc/passwd" /etc/passwd
  mount --bind "$1/etc/group" /etc/group
  mount --bind "$1/etc" /etc/libvirt
  mount --bind "$1/lib" /var/lib/libvirt
  mount --bind "$1/run" /run/libvirt
  mount --bind "$1/cache" /var/cache/libvirt
  mount --bind "$1/log" /var/log/libvirt
  exec libvirtd -f "$1/etc/libvirtd.conf" -p /run/libvirt/libvirtd.pid' _ "$B"
