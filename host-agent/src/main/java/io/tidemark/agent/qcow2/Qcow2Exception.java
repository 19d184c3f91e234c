package io.tidemark.agent.qcow2;

import java.io.IOException;

/// Why an image cannot be read by itself; the message names the image, what was expected and what was found. What
/// the file system refuses is a plain [IOException].
public abstract sealed class Qcow2Exception extends IOException {
    private Qcow2Exception(String message) {
        super(message);
    }

    /// The bytes are not what the format says, or were changed while they were read.
    public static final class Malformed extends Qcow2Exception {
        public Malformed(String message) {
            super(message);
        }
    }

    /// The image may be sound, but is more than is read here; QEMU may be asked.
    public static final class Unsupported extends Qcow2Exception {
        public Unsupported(String message) {
            super(message);
        }
    }
}
