package io.tidemark.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.restore.DomainRewrite.DomainName;
import io.tidemark.agent.restore.DomainRewrite.RestoredImage;
import io.tidemark.schemas.command.AgentCommand.NewDomain;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.vocabulary.ImageFormat;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DomainRewriteTest {
    private static final NewDomain NEW = new NewDomain("copy", DomainUuid.of("6a1f0f2e-0000-4000-8000-00000000000a"));
    static final String XML = """
            <domain type='kvm' id='3'>
              <name>web</name>
              <uuid>11111111-2222-3333-4444-555555555555</uuid>
              <genid>aaaaaaaa-2222-3333-4444-555555555555</genid>
              <metadata><note xmlns="urn:note">kept</note></metadata>
              <os><type>hvm</type><nvram template='/usr/OVMF_VARS.fd'>/var/lib/web_VARS.fd</nvram></os>
              <sysinfo type='smbios'><system><entry name='uuid'>11111111-2222-3333-4444-555555555555</entry>
                <entry name='serial'>S1</entry></system></sysinfo>
              <devices>
                <disk type='block' device='disk'>
                  <driver name='qemu' type='raw' cache='none'/>
                  <source dev='/dev/vg/web'><seclabel model='dac' relabel='no'/></source>
                  <backingStore/>
                  <target dev='vda' bus='virtio'/>
                  <serial>D1</serial>
                  <alias name='virtio-disk0'/>
                </disk>
                <disk type='file' device='disk'><source file='/x/scratch.img'/><target dev='vdb' bus='virtio'/></disk>
                <disk type='file' device='cdrom'><source file='/x/cd.iso'/><target dev='sda' bus='sata'/></disk>
                <interface type='network'><mac address='52:54:00:11:22:33'/><source network='default'/>
                  <target dev='vnet3'/></interface>
                <channel type='unix'><source mode='bind' path='/run/web.agent'/>
                  <target type='virtio' name='org.qemu.guest_agent.0'/></channel>
              </devices>
              <seclabel type='static' model='dac'><label>+1:+1</label></seclabel>
            </domain>""";

    private final String rewritten = DomainRewrite.rewritten(
            XML, NEW, Map.of("vda", new RestoredImage(Path.of("/new/it's <a>.qcow2"), ImageFormat.QCOW2)));

    @Test
    void nameAndUuidAreTheNewOnesEverywhere() {
        assertThat(rewritten)
                .contains("<name>copy</name>", "<uuid>6a1f0f2e-0000-4000-8000-00000000000a</uuid>")
                .doesNotContain("web<", "11111111-", "genid", "id=\"3\"");
    }

    @Test
    void restoredDiskIsItsImageWithItsFormat() {
        assertThat(rewritten)
                .contains("file=\"/new/it's &lt;a&gt;.qcow2\"", "type=\"qcow2\"", "cache=\"none\"")
                .contains("<serial>D1</serial>", "<disk device=\"disk\" type=\"file\">")
                .doesNotContain("/dev/vg/web", "backingStore", "virtio-disk0");
    }

    @Test
    void diskThatWasNotRestoredIsLeftOutAndRemovableMediaAreTakenOut() {
        assertThat(rewritten).doesNotContain("scratch.img", "vdb", "cd.iso").contains("device=\"cdrom\"");
    }

    @Test
    void whatOnlyTheOriginalMayHaveIsGone() {
        assertThat(rewritten)
                .doesNotContain("52:54:00", "vnet3", "web_VARS", "/run/web.agent")
                .contains("template=\"/usr/OVMF_VARS.fd\"", "network=\"default\"");
    }

    @Test
    void everythingElseIsKept() {
        assertThat(rewritten).contains("<label>+1:+1</label>", "kept</note>", "<entry name=\"serial\">S1</entry>");
    }

    @Test
    void aMovedDomainIsTheSameWithItsDisksElsewhere() {
        String moved = DomainRewrite.moved(
                XML, Map.of("vda", new RestoredImage(Path.of("/new/web-vda.raw"), ImageFormat.RAW)));

        assertThat(moved)
                .contains("<name>web</name>", "<uuid>11111111-2222-3333-4444-555555555555</uuid>", "52:54:00:11:22:33")
                .contains("web_VARS", "genid", "file=\"/new/web-vda.raw\"", "type=\"raw\"")
                .doesNotContain("id=\"3\"", "/dev/vg/web", "scratch.img", "cd.iso");
    }

    @Test
    void nameAndUuidAreRead() {
        assertThat(DomainRewrite.named(XML)).isEqualTo(new DomainName("web", "11111111-2222-3333-4444-555555555555"));
        assertThat(DomainRewrite.named("<domain/>")).isEqualTo(new DomainName("", ""));
        assertThatThrownBy(() -> DomainRewrite.named("<pool/>"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected <domain>, found <pool>");
    }

    @Test
    void externalEntitiesAreRefused() {
        String xml = "<!DOCTYPE domain [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><domain><name>&x;</name></domain>";

        assertThatThrownBy(() -> DomainRewrite.rewritten(xml, NEW, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("without DOCTYPE");
    }
}
