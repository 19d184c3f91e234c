package io.tidemark.agent.repository.blob;

import java.util.regex.Pattern;

/// The name of an object: parts of letters, digits, `.`, `_` and `-`, parted by `/`. None begins with a dot, so no
/// name leads out of the repository, whatever wrote it.
///
/// @param text 1 to 255 characters
public record BlobName(String text) {
    private static final int CHARACTERS_MAX = 255;
    private static final String PART = "[A-Za-z0-9_-][A-Za-z0-9._-]*";
    private static final Pattern WHOLE = Pattern.compile(PART + "(/" + PART + ")*");

    public BlobName {
        if (!isName(text)) {
            throw new IllegalArgumentException("object name of " + text.length()
                    + " characters: expected at most " + CHARACTERS_MAX + " and parts like a-1/b.2, found "
                    + text.substring(0, Math.min(text.length(), CHARACTERS_MAX)));
        }
    }

    static boolean isName(String text) {
        return text.length() <= CHARACTERS_MAX && WHOLE.matcher(text).matches();
    }

    /// What stands before the last `/`; empty without one.
    public String folder() {
        return text.substring(0, Math.max(0, text.lastIndexOf('/')));
    }

    @Override
    public String toString() {
        return text;
    }
}
