package io.tidemark.agent.nbd;

import java.io.IOException;

/// What can go wrong with an NBD server; the type tells what the caller can do.
public abstract sealed class NbdException extends IOException
        permits NbdProtocolException, NbdUnsupportedException, NbdRequestException {
    NbdException(String message) {
        super(message);
    }
}
