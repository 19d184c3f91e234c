package io.tidemark.agent.backup.nbd;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;

/// An image of a domain that is off, as QEMU's tools take it. With `force-share` QEMU takes no lock on it or on the
/// images below it, so that the domain can be started (QEMU, `qapi/block-core.json`, `BlockdevOptions`).
final class RestingImage {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RestingImage() {}

    static String of(Path image, String format) {
        ObjectNode options = JSON.createObjectNode();
        options.put("driver", format).put("read-only", true).put("force-share", true);
        options.putObject("file")
                .put("driver", Files.isRegularFile(image) ? "file" : "host_device")
                .put("filename", image.toString());
        return "json:" + options;
    }
}
