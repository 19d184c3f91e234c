package io.tidemark.bench.repository;

import io.tidemark.bench.Bar;
import io.tidemark.bench.DataSet;
import io.tidemark.bench.Figure;
import io.tidemark.bench.Folders;
import io.tidemark.bench.Program;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The memory of a JVM with the agent's options that writes a full and reads it.
final class MemoryMeasurement implements Measurement {
    static final double BAR_MEBIBYTES = 256;
    static final String NOTE = "RssAnon of a JVM with -Xmx96m and the serial collector, looked at every 50 ms";
    private static final double MEBIBYTE = 1024 * 1024;

    private final Site site;
    private final DataSet data;
    private final int rounds;

    MemoryMeasurement(Site site, DataSet data, int rounds) {
        this.site = site;
        this.data = data;
        this.rounds = rounds;
    }

    @Override
    public List<Figure> figures() throws IOException, InterruptedException {
        Path folder = site.fresh("memory", 2 * data.nonZeroBytes());
        Path source = folder.resolve("source.raw");
        Map<String, Object> dataSet = data.described(data.write(source));
        List<Double> peaks = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            Path repository = folder.resolve("repository");
            Folders.delete(repository);
            peaks.add(peakMebibytes(folder, FullAndRead.class, repository.toString(), source.toString()));
        }
        Map<String, Object> fields = site.fields(folder, dataSet);
        fields.put("note", NOTE);
        Folders.delete(folder);
        return List.of(new Figure("memory", "MiB", peaks, null, Bar.oursBelow(BAR_MEBIBYTES), null, fields));
    }

    /// Of a JVM as the agent's that runs the program to its end.
    static double peakMebibytes(Path folder, Class<?> program, String... arguments)
            throws IOException, InterruptedException {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                program.getName()));
        command.addAll(List.of(arguments));
        return Program.run(folder, command) / MEBIBYTE;
    }
}
