package io.tidemark.agent.cli.view;

import java.util.Locale;

/// Amounts as people read them.
public final class Amounts {
    private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final int STEP = 1024;
    private static final int SECONDS = 60;

    private Amounts() {}

    /// `1.5 GiB`; below a KiB as it is: `512 B`.
    public static String bytes(long bytes) {
        if (bytes < STEP) {
            return bytes + " B";
        }
        double amount = bytes;
        int unit = -1;
        while (amount >= STEP && unit < UNITS.length - 1) {
            amount /= STEP;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", amount, UNITS[unit]);
    }

    /// `1.5 GiB (1610612736 bytes)`.
    public static String exactly(long bytes) {
        return bytes < STEP ? bytes + " bytes" : bytes(bytes) + " (" + bytes + " bytes)";
    }

    /// `1:02:03`, without hours if there are none: `2:03`.
    public static String clock(long seconds) {
        long minutes = seconds / SECONDS;
        long hours = minutes / SECONDS;
        return hours > 0
                ? String.format(Locale.ROOT, "%d:%02d:%02d", hours, minutes % SECONDS, seconds % SECONDS)
                : String.format(Locale.ROOT, "%d:%02d", minutes, seconds % SECONDS);
    }
}
