package io.tidemark.embedded.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What `up` is asked, and what it says that it found.
class UpTest {
    private static final Map<String, String> HOME = Map.of("TIDEMARK_HOME", "/h");

    @Test
    void withoutArgumentsEverythingLiesInTheHome() {
        assertThat(Up.Options.of(List.of(), HOME))
                .isEqualTo(new Up.Options(
                        "qemu:///system", Path.of("/h/up"), Path.of("/h/up/repository"), Optional.empty()));
    }

    @Test
    void argumentsCountMoreThanTheEnvironment() {
        Map<String, String> environment = Map.of(
                "TIDEMARK_HOME", "/h", "LIBVIRT_DEFAULT_URI", "qemu:///session", "TIDEMARK_SCRATCH_FOLDER", "/fast");

        assertThat(Up.Options.of(List.of(), environment))
                .isEqualTo(new Up.Options(
                        "qemu:///session",
                        Path.of("/h/up"),
                        Path.of("/h/up/repository"),
                        Optional.of(Path.of("/fast"))));
        List<String> arguments = List.of("--libvirt", "test:///default", "--repository", "/r", "--scratch", "/s");
        assertThat(Up.Options.of(arguments, environment))
                .isEqualTo(
                        new Up.Options("test:///default", Path.of("/h/up"), Path.of("/r"), Optional.of(Path.of("/s"))));
    }

    @Test
    void anUnknownArgumentAndOneWithoutValueAreNamed() {
        assertThatThrownBy(() -> Up.Options.of(List.of("--libvrt", "x"), HOME)).hasMessageContaining("--libvrt");
        assertThatThrownBy(() -> Up.Options.of(List.of("--scratch"), HOME)).hasMessageContaining("--scratch");
    }

    @Test
    void onlyPresentVmsAreListedAndOneThatIsOffIsSaidToBeRefused() throws IOException {
        String vms = """
                [{"name": "web", "state": "running", "present": true, "disks": [
                   {"target": "vda", "trackable": true},
                   {"target": "vdb", "trackable": false, "whyNot": "tracking-unsupported"}]},
                 {"name": "gone", "state": "off", "present": false, "disks": []},
                 {"name": "db", "state": "off", "present": true, "disks": [{"target": "vda", "trackable": true}]}]
                """;

        assertThat(FoundVms.lines(new ObjectMapper().readTree(vms)))
                .containsExactly(
                        "2 VMs found:",
                        "  web (running)",
                        "    vda: full, then increments",
                        "    vdb: always full, because tracking-unsupported",
                        "  db (off): a backup is refused until it runs",
                        "    vda: once it runs: full, then increments");
    }
}
