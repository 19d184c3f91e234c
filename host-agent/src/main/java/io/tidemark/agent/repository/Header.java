package io.tidemark.agent.repository;

import io.tidemark.agent.repository.RepositoryException.FormatTooNew;
import io.tidemark.agent.repository.RepositoryException.RepositoryUnavailable;
import io.tidemark.agent.repository.blob.BlobName;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What tells a repository from anything else, the object `TIDEMARK-REPOSITORY`, a text:
///
/// ```
/// tidemark repository
/// version 1
/// id UUID
/// protection PROTECTION
/// ```
///
/// PROTECTION is `none` or `aes-256-gcm`.
///
/// @param id drawn at random when the repository was created; every structure repeats it
record Header(UUID id, boolean isProtected) {
    static final BlobName NAME = new BlobName("TIDEMARK-REPOSITORY");
    static final int BYTES_MAX = 4096;

    private static final Pattern VERSION =
            Pattern.compile("tidemark repository\\Rversion (\\d{1,9})\\R.*", Pattern.DOTALL);
    private static final String TEXT = """
            tidemark repository
            version 1
            id %s
            protection %s
            """;
    private static final Pattern ID = Pattern.compile("(?m)^id ([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$");

    byte[] encode() {
        return TEXT.formatted(id, protection(isProtected)).getBytes(StandardCharsets.US_ASCII);
    }

    static Header decode(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        Matcher version = VERSION.matcher(text);
        if (version.matches() && !version.group(1).equals("1")) {
            throw new FormatTooNew("header " + NAME + ": expected version 1, found " + version.group(1));
        }
        Matcher found = ID.matcher(text);
        if (found.find()) {
            for (boolean isProtected : new boolean[] {false, true}) {
                if (text.equals(TEXT.formatted(found.group(1), protection(isProtected)))) {
                    return new Header(UUID.fromString(found.group(1)), isProtected);
                }
            }
        }
        throw new RepositoryUnavailable(
                "header " + NAME + ": expected that of a repository of version 1, found \"" + text + "\"", null);
    }

    private static String protection(boolean isProtected) {
        return isProtected ? "aes-256-gcm" : "none";
    }
}
