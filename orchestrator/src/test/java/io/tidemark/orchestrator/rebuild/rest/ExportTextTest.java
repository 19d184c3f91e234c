package io.tidemark.orchestrator.rebuild.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.orchestrator.rebuild.ExportedPoint;
import io.tidemark.orchestrator.rebuild.ExportedVm;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.ImageFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is not as `docs/formats/catalog-export.md` describes it is refused with its line, and nobody runs out of
/// memory over it.
class ExportTextTest {
    private static final String HEAD =
            "{'kind':'repository','format':1,'repository':'00000000-0000-4000-8000-00000000000a','incarnation':3,"
                    + "'vms':1}";
    private static final String VM = "{'kind':'vm','vm':'11111111-0000-4000-8000-000000000001','name':'web',"
            + "'domain':'22222222-0000-4000-8000-000000000001','newestAttempt':'3.7','points':2}";
    private static final String FULL = "{'kind':'point','vm':'11111111-0000-4000-8000-000000000001',"
            + "'point':'aaaaaaaa-0000-4000-8000-000000000001','tracker':'default','attempt':'3.6',"
            + "'takenAt':'2026-01-02T03:04:05Z','consistency':'filesystem','newBytes':10,'storedBytes':20,"
            + "'commitRecord':'" + "ab".repeat(32) + "','session':'bbbbbbbb-0000-4000-8000-000000000001',"
            + "'disks':[{'disk':'cccccccc-0000-4000-8000-000000000001','target':'vda','sizeBytes':65536,"
            + "'level':'full','reason':'first-backup','newBytes':10,'storedBytes':20,'root':'x',"
            + "'imageIdentity':'1:2','serial':'WD-1','format':'qcow2'}],"
            + "'holds':[{'hold':'dddddddd-0000-4000-8000-000000000001','reason':'evidence',"
            + "'heldAt':'2026-01-02T03:04:06Z'}]}";
    private static final String INCREMENT = FULL.replace("aaaaaaaa-0000", "aaaaaaaa-1000")
            .replace("'attempt':'3.6'", "'attempt':'3.7','parent':'aaaaaaaa-0000-4000-8000-000000000001'")
            .replace("'level':'full','reason':'first-backup'", "'level':'incremental'")
            .replaceAll("'holds':\\[.*]", "'holds':[]");

    static final String EXPORT = text(HEAD, VM, FULL, INCREMENT);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
    Path folder;

    @Test
    void whatIsNoDiskIsInNoCatalog() throws IOException {
        String parts = FULL.replace(
                "'disks':[",
                "'disks':[{'disk':'cccccccc-0000-4000-8000-000000000002','part':'nvram','target':'nvram',"
                        + "'sizeBytes':540672,'level':'full','newBytes':1,'storedBytes':1,'imageIdentity':''},");
        String disk = INCREMENT.replace("'target':'vda'", "'part':'disk','target':'vda'");

        assertThat(read(HEAD, VM, parts, disk).getFirst().points())
                .extracting(ExportedPoint::disks)
                .allSatisfy(disks -> assertThat(disks)
                        .extracting(each -> each.part().target())
                        .containsExactly("vda"));
    }

    private List<ExportedVm> read(String... lines) throws IOException {
        return read(text(lines).getBytes(StandardCharsets.UTF_8));
    }

    private static String text(String... lines) {
        return String.join("\n", lines).replace('\'', '"') + "\n";
    }

    private List<ExportedVm> read(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("export"), bytes);
        List<ExportedVm> read = new ArrayList<>();
        new ExportText(() -> Files.newInputStream(file), new RepositoryId("main")).forEach(read::add);
        return read;
    }

    private void assertRefused(String message, String... lines) {
        assertThatThrownBy(() -> read(lines))
                .isInstanceOf(Refusal.Invalid.class)
                .hasMessage(message);
    }

    @Test
    void whatAnExportSaysIsRead() throws IOException {
        ExportedVm vm = read(HEAD, VM, FULL, INCREMENT).getFirst();

        assertThat(vm.name()).isEqualTo("web");
        assertThat(vm.newestAttempt()).isEqualTo(new Attempt(3, 7));
        assertThat(vm.points()).extracting(ExportedPoint::line).containsExactly(3, 4);
        ExportedPoint full = vm.points().getFirst();
        assertThat(full.disks().getFirst().serial()).isEqualTo("WD-1");
        assertThat(full.disks().getFirst().format()).isEqualTo(ImageFormat.QCOW2);
        assertThat(full.holds())
                .singleElement()
                .satisfies(hold -> assertThat(hold.reason()).isEqualTo("evidence"));
        assertThat(full.point().parent()).isNull();
        assertThat(vm.points().getLast().point().parent())
                .isEqualTo(RestorePointId.of("aaaaaaaa-0000-4000-8000-000000000001"));
    }

    @Test
    void differentialIsOneByTheReasonOfItsDisks() throws IOException {
        String differential =
                INCREMENT.replace("'level':'incremental'", "'level':'incremental','reason':'differential'");

        assertThat(read(HEAD, VM, FULL, differential).getFirst().points())
                .extracting(point -> point.point().level())
                .containsExactly(BackupLevel.FULL, BackupLevel.DIFFERENTIAL);
        assertThat(read(HEAD, VM, FULL, INCREMENT)
                        .getFirst()
                        .points()
                        .getLast()
                        .point()
                        .level())
                .isEqualTo(BackupLevel.INCREMENTAL);
    }

    @Test
    void whatIsNotKnownMayBeAbsentAndWhatIsUnknownMayBeThere() throws IOException {
        String plain = FULL.replace(",'serial':'WD-1','format':'qcow2'", "").replaceAll(",'holds':\\[.*]", ",'new':{}");

        ExportedVm vm = read(HEAD.replace(",'vms':1", ""), VM.replace("'points':2", "'points':1"), plain)
                .getFirst();

        assertThat(vm.points().getFirst().holds()).isNull();
        assertThat(vm.points().getFirst().disks().getFirst().serial()).isNull();
    }

    @Test
    void aFileThatWasCutShortIsSeen() {
        assertThatThrownBy(() -> read(new byte[0])).hasMessage("line 1: expected the repository, found the end");
        assertRefused("line 2: expected 1 VMs, as line 1 says, found the end after 0", HEAD);
        assertRefused(
                "line 4: expected point 2 of the 2 of VM 11111111-0000-4000-8000-000000000001, found the end",
                HEAD,
                VM,
                FULL);
    }

    /// Each replaces something in line 1 to 4, and is refused there.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        1 | 'format':1 | 'format':2 | format: expected a whole number from 1 to 1, found 2
        1 | 'kind':'repository' | 'kind':'vm' | kind: expected "repository", found "vm"
        1 | 'incarnation':3 | 'incarnation':0 | incarnation: expected a whole number from 1 to 1048576, found 0
        1 | 'incarnation':3 | 'incarnation':9223372036854775807 | incarnation: expected a whole number from 1 to 10485*
        1 | 'repository':'0 | 'repository':'g | repository: expected a UUID, found "g0000000-0000-4000-8000-0000000000*
        2 | 'kind':'vm' | 'kind':'host' | kind: expected "vm", found "host"
        2 | 'points':2 | 'points':2.5 | points: expected a whole number from 0 to 20000, found 2.5
        2 | 'points':2 | 'points':20001 | points: expected a whole number from 0 to 20000, found 20001
        2 | 'points':2 | 'points':-1 | points: expected a whole number from 0 to 20000, found -1
        2 | '3.7' | '9999999.1' | newestAttempt: expected incarnation.sequence, the incarnation at most 1048576, found*
        2 | 'name':'web' | 'name':['web'] | name: expected text of 1 to 1000 characters without NUL, found ["web"]
        2 | 'name':'web' | 'name':'w\\u0000b' | name: expected text of 1 to 1000 characters without NUL, found "w\\u00*
        2 | 'name':'web' | 'name':'\\ud800' | name: expected text of 1 to 1000 characters without NUL, found "*
        3 | 'vm':'1 | 'vm':'2 | vm: expected VM 11111111-0000-4000-8000-000000000001, whose points these are, found "2*
        3 | 'takenAt':'2026 | 'takenAt':'+999999999 | takenAt: expected an instant of ISO 8601 from 1970 to 9999, foun*
        3 | 'filesystem' | 'perfect' | consistency: expected one of crash, filesystem, found "perfect"
        3 | 'storedBytes':20, | 'storedBytes':'20', | disks[0].storedBytes: expected a whole number from 0 to 92233720*
        3 | 'newBytes':10 | 'newBytes':-10 | disks[0].newBytes: expected a whole number from 0 to 9223372036854775807,*
        3 | 'commitRecord':'a | 'commitRecord':'A | commitRecord: expected 64 lower-case hexadecimal digits, found "Ab*
        3 | 'disks':[ | 'disks':[7, | disks[0]: expected an object, found 7
        3 | 'disks': | 'discs': | disks: expected a list of at most 1000 objects, found none
        3 | 'target':'vda' | 'target':'' | disks[0].target: expected text of 1 to 1000 characters without NUL, found ""
        3 | 'sizeBytes':65536 | 'sizeBytes':1e400 | disks[0].sizeBytes: expected a whole number from 0 to 922337203685*
        3 | 'level':'full' | 'level':'FULL' | disks[0].level: expected one of full, incremental, found "FULL"
        3 | 'hold':'d | 'hold':'- | holds[0].hold: expected a UUID, found "-ddddddd-0000-4000-8000-000000000001"
        4 | aaaaaaaa-1000 | aaaaaaaa-0000 | point: expected each point once, found "aaaaaaaa-0000-4000-8000-0000000000*
        4 | 'attempt':'3.7' | 'attempt':'3.8' | attempt: expected at most the VM's newestAttempt, 3.7, found "3.8"
        """)
    void whatIsWrongIsRefusedWithItsLine(int number, String what, String by, String message) {
        List<String> lines = new ArrayList<>(List.of(HEAD, VM, FULL, INCREMENT));
        String wrong = lines.get(number - 1).replace(what, by);
        assertThat(wrong).isNotEqualTo(lines.set(number - 1, wrong));

        assertThatThrownBy(() -> read(lines.toArray(String[]::new)))
                .isInstanceOf(Refusal.Invalid.class)
                .message()
                .matches(told -> message.endsWith("*")
                        ? told.startsWith("line " + number + ": " + message.substring(0, message.length() - 1))
                        : told.equals("line " + number + ": " + message));
    }

    @Test
    void whatIsNoJsonObjectOfALineIsRefused() {
        assertRefused("line 2: expected one JSON object, found something else", HEAD, "[]", FULL);
        assertThatThrownBy(() -> read(HEAD, VM + VM))
                .hasMessageStartingWith("line 2: expected one JSON object, found ");
        assertThatThrownBy(() -> read(HEAD, "", VM)).hasMessageStartingWith("line 2: expected one JSON object, found ");
        assertThatThrownBy(() -> read(HEAD.replace("'format':1", "'format':1,'format':1")))
                .hasMessageStartingWith("line 1: expected one JSON object, found Duplicate field 'format'");
        assertThatThrownBy(() -> read("[".repeat(100_000)))
                .hasMessageStartingWith("line 1: expected one JSON object, found ");
        assertThatThrownBy(() -> read(new byte[] {'{', (byte) 0xC3, '(', '}'}))
                .hasMessage("line 1: expected UTF-8, found other bytes");
    }

    @Test
    void aLineWithoutEndIsNotTakenIntoMemory() {
        byte[] endless = "{".repeat(ExportLines.LINE_BYTES_MAX + 1).getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> read(endless)).hasMessage("line 1: expected at most 1048576 bytes, found more");
    }

    @Test
    void longTextIsCutInTheRefusal() {
        assertThatThrownBy(() -> read(HEAD, VM.replace("'web'", "'" + "w".repeat(5000) + "'"), FULL, INCREMENT))
                .message()
                .startsWith("line 2: name: expected text")
                .endsWith("... of 5002 characters")
                .hasSizeLessThan(300);
    }

    @Test
    void aVmTwiceIsRefused() {
        String empty = VM.replace("'points':2", "'points':0");
        assertRefused(
                "line 3: vm: expected each VM once, and at most 100000,"
                        + " found \"11111111-0000-4000-8000-000000000001\"",
                HEAD,
                empty,
                empty);
    }
}
