package io.tidemark.demo;

import java.io.IOException;
import java.io.InputStream;

/// Files that travel inside this module's jar, beside its classes.
final class Resources {
    private Resources() {}

    static InputStream open(String name) throws IOException {
        InputStream in = Resources.class.getResourceAsStream(name);
        if (in == null) {
            throw new IOException("resource " + name + ": expected in the demo jar, found nothing");
        }
        return in;
    }
}
