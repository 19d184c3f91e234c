#!/usr/bin/env bash
# usage: lvm-initramfs.sh CACHE BASE.gz OUT.gz
# Adds LVM, the device-mapper modules of the kernel's packages in CACHE, and an init of its own to the initramfs of the
# tiny guest.
set -euo pipefail
modules="libcrc32c dm-mod dm-bufio dm-snapshot dm-bio-prison dm-persistent-data dm-thin-pool"
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
mkdir "$work/tree"
for package in "$1"/linux-*.deb; do dpkg -x "$package" "$work/tree"; done
builtin=$(find "$work/tree" -name modules.builtin -exec cat {} +)

# the kernel may have a module built in, and its packages may have the others compressed
add_module() {
  local found; found=$(find "$work/tree" -name "$1.ko*" | head -n 1)
  case $found in
    '') grep -q "/$1.ko$" <<< "$builtin" || { echo "$1: expected a module, found none" >&2; exit 1; }; return ;;
    *.zst) zstd -qdc "$found" > "$root/dm/$1.ko" ;;
    *.xz) xz -dc "$found" > "$root/dm/$1.ko" ;;
    *) cp "$found" "$root/dm/$1.ko" ;;
  esac
  echo "$1" >> "$root/dm/order"
}

root=$work/root; mkdir -p "$root/dm" "$root/usr/sbin" "$root/etc/lvm"
for module in $modules; do add_module "$module"; done
for program in lvm dmsetup pdata_tools; do
  cp -L "$(command -v $program)" "$root/usr/sbin/"
  for library in $(ldd "$(command -v $program)" | grep -o '/[^ ]*'); do
    mkdir -p "$root$(dirname "$library")"; cp -L "$library" "$root$library"
  done
done
for name in lvs lvcreate lvremove lvreduce lvconvert lvchange lvrename vgcreate; do
  ln -s lvm "$root/usr/sbin/$name"
done
for name in thin_check thin_dump thin_repair; do ln -s pdata_tools "$root/usr/sbin/$name"; done
# no udev in the guest
cat > "$root/etc/lvm/lvm.conf" <<'C'
devices { obtain_device_list_from_udev=0 use_devicesfile=0 filter=["a|^/dev/vda$|","r|.*|"] }
activation { udev_sync=0 udev_rules=0 monitoring=0 }
backup { backup=0 archive=0 }
global { use_lvmpolld=0 event_activation=0 }
C
cat > "$root/init" <<'I'
#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev /run/lock/lvm /tmp /var/run /bin /sbin
/bin/busybox --install -s /bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
for m in $(cat /modules/order); do insmod /modules/$m.ko; done
for m in $(cat /dm/order); do insmod /dm/$m.ko; done
i=0; while [ ! -b /dev/vda ] && [ $i -lt 500 ]; do usleep 20000; i=$((i+1)); done
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
for p in /sys/class/virtio-ports/*; do
  if [ -e $p/name ] && [ "$(cat $p/name)" = org.qemu.guest_agent.0 ]; then
    qemu-ga -m virtio-serial -p /dev/${p##*/} -t /var/run -f /var/run/qga.pid -l /tmp/qga.log &
  fi
done
while :; do sleep 3600; done
I
chmod 755 "$root/init"
(cd "$root"; find . | busybox cpio -o -H newc 2>/dev/null | gzip -1) > "$work/more.gz"
cat "$2" "$work/more.gz" > "$3"
