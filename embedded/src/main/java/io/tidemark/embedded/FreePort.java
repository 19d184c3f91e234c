package io.tidemark.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/// Ports that were free on the loopback address a moment ago. Nothing reserves them: somebody else may take one
/// before the server binds it, and the server's start then fails with the port in its message.
public final class FreePort {
    private FreePort() {}

    /// Two different ports, as both sockets are open at once.
    public static int[] two() throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        try (ServerSocket first = new ServerSocket(0, 1, loopback);
                ServerSocket second = new ServerSocket(0, 1, loopback)) {
            return new int[] {first.getLocalPort(), second.getLocalPort()};
        }
    }
}
