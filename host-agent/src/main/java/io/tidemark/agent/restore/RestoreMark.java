package io.tidemark.agent.restore;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// That all images of a restore are proved, so that only names and the domain are missing. In a file:
///
/// ```
/// tidemark restore 1
/// durationMillis 1200
/// writtenBytes 65536
/// image 64768:1234:1767323045000        one line a disk, in the command's order
/// domain                                only where a domain is to be defined; its definition is the rest
/// <domain>...
/// ```
///
/// @param images what each image file is, whatever its name
record RestoreMark(
        long durationMillis,
        long writtenBytes,
        List<String> images,
        @Nullable String domainXml) {
    private static final String HEAD = "tidemark restore 1";
    private static final String DURATION = "durationMillis ";
    private static final String WRITTEN = "writtenBytes ";
    private static final String IMAGE = "image ";
    private static final String DOMAIN = "domain\n";

    RestoreMark {
        images = List.copyOf(images);
    }

    String text() {
        StringBuilder out = new StringBuilder(HEAD + "\n" + DURATION + durationMillis + "\n");
        out.append(WRITTEN).append(writtenBytes).append('\n');
        images.forEach(image -> out.append(IMAGE).append(image).append('\n'));
        return domainXml == null
                ? out.toString()
                : out.append(DOMAIN).append(domainXml).toString();
    }

    static RestoreMark parse(Path file, String text) {
        int domain = text.indexOf("\n" + DOMAIN);
        List<String> lines =
                (domain < 0 ? text : text.substring(0, domain)).lines().toList();
        try {
            if (!lines.getFirst().equals(HEAD)) {
                throw new IllegalArgumentException("expected " + HEAD + ", found " + lines.getFirst());
            }
            List<String> images = new ArrayList<>();
            lines.stream().skip(3).forEach(line -> images.add(after(IMAGE, line)));
            return new RestoreMark(
                    Long.parseLong(after(DURATION, lines.get(1))),
                    Long.parseLong(after(WRITTEN, lines.get(2))),
                    images,
                    domain < 0 ? null : text.substring(domain + 1 + DOMAIN.length()));
        } catch (IllegalArgumentException | IndexOutOfBoundsException | java.util.NoSuchElementException e) {
            throw new IllegalStateException("restore mark " + file + " is damaged: " + e.getMessage(), e);
        }
    }

    private static String after(String word, String line) {
        if (!line.startsWith(word)) {
            throw new IllegalArgumentException("expected " + word + ", found " + line);
        }
        return line.substring(word.length());
    }
}
