package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Invariant I12: what is asked of guest and host around the moment is done or told, with every part there.
@ExtendWith(SharedStack.class)
class FreezeST {
    private static final String SET = "web-app";

    @Test
    void whatIsAskedAroundTheFreezeIsDoneOrTold(Stack stack) throws Exception {
        Path said = Files.createTempFile("tm-said", "");
        Path folder = scripts(said, "true");
        stack.all.agent().close();
        stack.all.startAgent(Map.of("tidemark.scripts.folder", folder.toString()));
        long freezes = stack.guest.freezes();

        JsonNode frozen = stack.point(
                ended(stack, List.of("/mnt"), "succeeded").path("point").asText());
        JsonNode absent = stack.point(
                ended(stack, List.of("/mnt", "/srv"), "succeeded").path("point").asText());
        assertThat(stack.guest.freezes()).isEqualTo(freezes + 2);
        scripts(said, "exit 3");
        JsonNode failed = ended(stack, List.of("/mnt"), "failed");

        assertThat(frozen.path("consistency").asText()).isEqualTo("crash");
        assertThat(texts(frozen.path("frozenMountpoints"))).containsExactly("/mnt");
        assertThat(texts(frozen.path("notices"))).isEmpty();
        assertThat(texts(absent.path("frozenMountpoints"))).isEmpty();
        assertThat(texts(absent.path("notices"))).containsExactly("mountpoints-not-frozen");
        assertThat(failed.path("reason").asText()).isEqualTo("script-failed");
        assertThat(failed.path("detail").asText()).contains("web-app/pre-freeze: expected status 0, found 3");
        assertThat(stack.guest.freezes()).as("the guest was not touched").isEqualTo(freezes + 2);
        assertThat(Files.readAllLines(said))
                .containsExactly(
                        "pre-freeze",
                        "post-thaw taken",
                        "pre-freeze",
                        "post-thaw taken",
                        "pre-freeze",
                        "post-thaw failed");
        stack.all.agent().close();
        stack.all.startAgent(Map.of());
        stack.assertNothingIsLeft();
        stack.assertNextBackupRestores();
    }

    private static JsonNode ended(Stack stack, List<String> mountpoints, String state) throws Exception {
        Map<String, Object> body =
                Map.of("vm", stack.vm, "repository", Stack.REPOSITORY, "mountpoints", mountpoints, "scripts", SET);
        JsonNode ended = stack.tidemark.awaitTask(
                stack.all.rest().post("/api/v1/backups", body).path("task").asText());
        assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo(state);
        return ended;
    }

    private static Path scripts(Path said, String last) throws IOException {
        Path folder = said.resolveSibling(said.getFileName() + "-scripts");
        for (String name : List.of("pre-freeze", "post-thaw")) {
            Path script = Files.createDirectories(folder.resolve(SET)).resolve(name);
            String result = name.equals("pre-freeze") ? "" : " $TIDEMARK_RESULT";
            Files.writeString(script, "#!/bin/sh\necho " + name + result + " >> " + said + "\n" + last + "\n");
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return folder;
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
