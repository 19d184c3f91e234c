package io.tidemark.system.epochs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Images of many kinds, and what can be done to those of a domain that is off. The caller keeps its books.
final class RealImages {
    private static final int SECTOR = 512;
    private static final int MEBIBYTE = 1 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> KINDS = List.of(
            "cluster_size=64k",
            "cluster_size=64k",
            "cluster_size=4k",
            "cluster_size=2M",
            "cluster_size=512",
            "cluster_size=64k,lazy_refcounts=on",
            "cluster_size=64k,extended_l2=on",
            "cluster_size=128k,extended_l2=on");

    private RealImages() {}

    /// An image of 2 to 5 MiB and some sectors, sometimes on another one, with words on what it is.
    record Made(RealImage image, String kind) {}

    static Made make(Path folder, String name, Random random) {
        long sizeBytes = (2 + random.nextInt(4)) * (long) MEBIBYTE + random.nextInt(3) * 5L * SECTOR;
        String kind = KINDS.get(random.nextInt(KINDS.size()));
        Path file = folder.resolve(name + ".qcow2");
        RealImage below = random.nextInt(3) == 0 ? base(folder.resolve(name + ".base"), sizeBytes, random) : null;
        List<String> command = new ArrayList<>(List.of("qemu-img", "create", "-q", "-f", "qcow2", "-o", kind));
        if (below != null) {
            command.addAll(List.of("-F", "raw", "-b", below.file.toString()));
        }
        command.addAll(List.of(file.toString(), Long.toString(sizeBytes)));
        RealHost.run(command.toArray(String[]::new));
        DiskContent content = below == null ? DiskContent.zero(sizeBytes) : below.content;
        return new Made(
                new RealImage(file, content, below, kind.contains("2M") ? 2 * MEBIBYTE : RealImage.CLUSTER_BYTES),
                sizeBytes + " bytes, " + kind + (below == null ? "" : ", on a base"));
    }

    /// Its first half holds data.
    private static RealImage base(Path file, long sizeBytes, Random random) {
        int value = 1 + random.nextInt(255);
        byte[] bytes = new byte[(int) sizeBytes];
        long half = sizeBytes / 2 / SECTOR * SECTOR;
        Arrays.fill(bytes, 0, (int) half, (byte) value);
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new RealImage(file, DiskContent.zero(sizeBytes).filled(0, half, value), null, RealImage.CLUSTER_BYTES);
    }

    /// What the whole chain holds, read by QEMU's own tool. The domain must be off.
    static byte[] read(RealImage image) {
        Path raw = image.file.resolveSibling("read.raw");
        RealHost.run("qemu-img", "convert", "-U", "-f", "qcow2", "-O", "raw", image.file.toString(), raw.toString());
        try {
            byte[] bytes = Files.readAllBytes(raw);
            Files.delete(raw);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A place of the guest's, and where it lies in the top image's file.
    record Place(long offset, long length, long inFile) {}

    /// Somewhere in the data of the top image, one sector to some; null if it holds none.
    static @Nullable Place anyData(RealImage image, Random random) {
        List<Place> places = new ArrayList<>();
        try {
            for (JsonNode extent : JSON.readTree(
                    RealHost.run("qemu-img", "map", "-U", "-f", "qcow2", "--output=json", image.file.toString()))) {
                if (extent.path("depth").asInt() == 0
                        && extent.path("data").asBoolean()
                        && extent.path("offset").isIntegralNumber()) {
                    places.add(new Place(
                            extent.path("start").asLong(),
                            extent.path("length").asLong(),
                            extent.path("offset").asLong()));
                }
            }
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
        if (places.isEmpty()) {
            return null;
        }
        Place place = places.get(random.nextInt(places.size()));
        long sectors = Math.min(place.length(), image.content.sizeBytes() - place.offset()) / SECTOR;
        long first = random.nextLong(sectors);
        long length = Math.min(sectors - first, 1 + random.nextLong(200)) * SECTOR;
        return new Place(place.offset() + first * SECTOR, length, place.inFile() + first * SECTOR);
    }

    /// Past QEMU: no bitmap notices.
    static void overwrite(RealImage image, Place place, int value) {
        byte[] bytes = new byte[(int) place.length()];
        Arrays.fill(bytes, (byte) value);
        try (FileChannel file = FileChannel.open(image.file, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(bytes), place.inFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Another file in its place, with the same bytes.
    ///
    /// @param isOldGoneFirst so that the file system may give the new one the same inode
    static void copyInPlace(Path file, boolean isOldGoneFirst) {
        Path copy = file.resolveSibling("copy");
        try {
            Files.copy(file, copy);
            Files.delete(file);
            if (isOldGoneFirst) {
                Files.copy(copy, file);
                Files.delete(copy);
            } else {
                Files.move(copy, file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void swap(Path one, Path other) {
        Path aside = one.resolveSibling("aside");
        try {
            Files.move(one, aside);
            Files.move(other, one);
            Files.move(aside, other);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
