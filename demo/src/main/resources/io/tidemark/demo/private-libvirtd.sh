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
cat > "$B/etc/libvirtd.conf" <<C
unix_sock_dir = "/run/libvirt"
auth_unix_ro = "none"
auth_unix_rw = "none"
log_level = 3
log_outputs = "3:file:$B/log/libvirtd.log"
C
# These must exist to be mounted over.
mkdir -p /etc/libvirt /var/lib/libvirt /run/libvirt /var/cache/libvirt /var/log/libvirt
exec unshare -m --propagation private bash -c '
  set -e
  mount --bind "$1/etc" /etc/libvirt
  mount --bind "$1/lib" /var/lib/libvirt
  mount --bind "$1/run" /run/libvirt
  mount --bind "$1/cache" /var/cache/libvirt
  mount --bind "$1/log" /var/log/libvirt
  exec libvirtd -f "$1/etc/libvirtd.conf" -p /run/libvirt/libvirtd.pid' _ "$B"
