package io.tidemark.bench.write;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads from QEMU's standard output, which is the domain's log, what qemu-io says of each write. Observed with
/// QEMU 7.2, two lines a write:
///
/// ```
/// wrote 4096/4096 bytes at offset 322076672
/// 4 KiB, 1 ops; 00.00 sec (86.351 MiB/sec and 22105.7984 ops/sec)
/// ```
///
/// Of these only the operations a second tell the time exactly enough: it is their reciprocal.
public final class WriteLog {
    private static final Pattern WRITE = Pattern.compile(
            "wrote (\\d+)/\\d+ bytes at offset (\\d+)\\s*\\n" + "[^\\n]*, 1 ops; [^\\n]* and ([0-9.]+) ops/sec\\)");
    private static final double MILLIS_PER_SECOND = 1000;

    private WriteLog() {}

    /// One write.
    ///
    /// @param millis from the moment at which QEMU begins with it to its end
    public record Logged(long offset, double millis) {}

    /// In the order of the text; other lines are passed over.
    static List<Logged> parse(String text) {
        List<Logged> all = new ArrayList<>();
        Matcher matcher = WRITE.matcher(text);
        while (matcher.find()) {
            double millis = MILLIS_PER_SECOND / Double.parseDouble(matcher.group(3));
            all.add(new Logged(Long.parseLong(matcher.group(2)), millis));
        }
        return all;
    }

    /// An [IOException] unless these are the writes at the offsets, in their order.
    static List<Logged> parse(String text, List<Long> offsets) throws IOException {
        List<Logged> all = parse(text);
        List<Long> found = all.stream().map(Logged::offset).toList();
        if (!found.equals(offsets)) {
            throw new IOException("QEMU's log: expected " + offsets.size() + " writes at the offsets that were asked"
                    + " for, found " + found.size() + ", the last at "
                    + (found.isEmpty() ? "none" : found.getLast()));
        }
        return all;
    }
}
