package io.tidemark.embedded.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `up` is asked, and what it says that it found.
class UpTest {
    private static final Map<String, String> HOME = Map.of("TIDEMARK_HOME", "/h");

    @Test
    void withoutArgumentsEverythingLiesInTheHome() {
        assertThat(Up.Options.of(List.of(), HOME))
                .isEqualTo(new Up.Options(
                        "qemu:///system",
                        Path.of("/h/up"),
                        Path.of("/h/up/repository"),
                        Optional.empty(),
                        Optional.empty()));
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
                        Optional.empty(),
                        Optional.of(Path.of("/fast"))));
        List<String> arguments =
                List.of("--libvirt", "test:///default", "--repository", "/r", "--key-file", "/k", "--scratch", "/s");
        assertThat(Up.Options.of(arguments, environment))
                .isEqualTo(new Up.Options(
                        "test:///default",
                        Path.of("/h/up"),
                        Path.of("/r"),
                        Optional.of(Path.of("/k")),
                        Optional.of(Path.of("/s"))));
    }

    @Test
    void anUnknownArgumentAndOneWithoutValueAreNamed() {
        assertThatThrownBy(() -> Up.Options.of(List.of("--libvrt", "x"), HOME)).hasMessageContaining("--libvrt");
        assertThatThrownBy(() -> Up.Options.of(List.of("--scratch"), HOME)).hasMessageContaining("--scratch");
    }

    @Test
    void aKeyFileWithoutARepositoryOrThatIsNotThereIsRefusedBeforeAnythingStarts(@TempDir Path folder)
            throws IOException {
        Path key = Files.createFile(folder.resolve("key"));
        Path repository = Files.createDirectory(folder.resolve("repository"));

        assertThatThrownBy(() -> asked(repository, folder.resolve("lost")).requireKeyFits())
                .hasMessageContaining("lost: expected a file, found none");
        assertThatThrownBy(() -> asked(repository, key).requireKeyFits())
                .hasMessageContaining("./tidemark repo init --repository " + repository + " --encrypt");
        Files.createFile(repository.resolve("TIDEMARK-REPOSITORY"));
        assertThatCode(() -> asked(repository, key).requireKeyFits()).doesNotThrowAnyException();
    }

    private static Up.Options asked(Path repository, Path key) {
        return Up.Options.of(List.of("--repository", repository.toString(), "--key-file", key.toString()), HOME);
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
                        "  db (off)",
                        "    vda: full, then increments");
    }
}
