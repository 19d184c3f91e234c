package io.tidemark.demo;

import java.nio.file.Path;
import java.util.UUID;

/// The libvirt domain of a tiny guest, as XML.
record GuestDomain(TinyGuest.Spec spec, GuestFiles files, Path console) {
    /// `no_timer_check` as a busy machine emulates the timer too slowly for the kernel's check of it, after which
    /// the kernel can panic; those after it only spare the boot a second of an emulated processor's time.
    private static final String KERNEL_OPTIONS = "console=ttyS0 panic=-1 quiet no_timer_check mitigations=off nokaslr"
            + " cryptomgr.notests random.trust_cpu=on";

    String xml() {
        String line = KERNEL_OPTIONS + " tm.mode=" + spec.mode().word() + " tm.offset=" + TinyGuest.FILLED_BYTES
                + " tm.slots=" + spec.slots() + " tm.pause=" + spec.pauseMillis() * 1000L;
        StringBuilder disks = new StringBuilder();
        for (int disk = 0; disk < spec.diskCount(); disk++) {
            disks.append(disk(disk));
        }
        return """
                <domain type='qemu'>
                  <name>%s</name><uuid>%s</uuid>
                  <memory unit='MiB'>160</memory><vcpu>1</vcpu>
                  <os><type arch='x86_64' machine='q35'>hvm</type>
                    <kernel>%s</kernel><initrd>%s</initrd><cmdline>%s</cmdline></os>
                  <features><acpi/></features>
                  <on_poweroff>destroy</on_poweroff><on_reboot>destroy</on_reboot><on_crash>destroy</on_crash>
                  <devices>
                    %s
                    <controller type='usb' model='none'/>
                    <serial type='file'><source path='%s' append='on'/><target port='0'/></serial>
                    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
                    <memballoon model='none'/>
                  </devices>
                  <seclabel type='none' model='none'/>
                  <seclabel type='static' model='dac' relabel='no'><label>+0:+0</label></seclabel>
                </domain>
                """.formatted(
                        spec.name(),
                        spec.uuid(),
                        quoted(files.kernel()),
                        quoted(files.initramfs()),
                        line,
                        disks,
                        quoted(console));
    }

    private String disk(int disk) {
        return """
                <disk type='file' device='disk'>
                  <driver name='qemu' type='%s' discard='unmap'/><source file='%s'/>
                  <target dev='%s' bus='virtio'/><serial>%s</serial>
                </disk>
                """.formatted(spec.format(disk), quoted(spec.image(disk)), target(disk), serial(spec.uuid(), disk));
    }

    /// `vda`, `vdb`, `vdc`.
    static String target(int disk) {
        return "vd" + (char) ('a' + disk);
    }

    /// At most 20 bytes, as virtio has no room for more.
    static String serial(UUID uuid, int disk) {
        return "tm-" + uuid.toString().substring(0, 8) + "-" + target(disk);
    }

    private static String quoted(Path path) {
        return path.toString().replace("&", "&amp;").replace("<", "&lt;").replace("'", "&apos;");
    }
}
