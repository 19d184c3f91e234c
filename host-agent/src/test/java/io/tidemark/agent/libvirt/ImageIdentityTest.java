package io.tidemark.agent.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageIdentityTest {
    private static final OptionalLong SIZE_BYTES = OptionalLong.of(1 << 20);

    @TempDir
    Path folder;

    @Test
    void theFirstChangeOfAnImageMakesNoOtherOne() throws IOException {
        Path image = Files.createFile(folder.resolve("image"));
        assumeThat(birthIsTold(image)).as("the file system tells births").isTrue();
        assertThat(times(image).creationTime()).isEqualTo(times(image).lastModifiedTime());
        String made = identity(image);

        change(image);

        assertThat(times(image).creationTime()).isNotEqualTo(times(image).lastModifiedTime());
        assertThat(identity(image)).isEqualTo(made);
    }

    /// The inode alone may be that of the file that was deleted.
    @Test
    void anImageThatNobodyChangedIsNamedByItsBirthToo() throws IOException {
        Path image = Files.createFile(folder.resolve("image"));
        assumeThat(birthIsTold(image)).as("the file system tells births").isTrue();

        assertThat(identity(image))
                .endsWith(":" + times(image).creationTime().to(TimeUnit.NANOSECONDS) + ":" + SIZE_BYTES.getAsLong());
    }

    @Test
    void anotherFileInItsPlaceIsAnotherImage() throws IOException {
        Path image = Files.createFile(folder.resolve("image"));
        String first = identity(image);
        Path other = Files.createFile(folder.resolve("other"));

        Files.move(other, image, StandardCopyOption.REPLACE_EXISTING);

        assertThat(identity(image)).isNotEqualTo(first);
    }

    /// What Java tells of a birth there changes with the file.
    @Test
    void whereTheFileSystemTellsNoBirthsNoneIsNamed() {
        assertThat(identity(Path.of("/proc/version"))).endsWith("::" + SIZE_BYTES.getAsLong());
    }

    @Test
    void anImageBelowThatWasModifiedIsAnotherOne() throws IOException {
        Path top = Files.createFile(folder.resolve("top"));
        Path base = Files.createFile(folder.resolve("base"));
        String first = identity(top, base);
        assertThat(identity(top, base)).isEqualTo(first);

        change(base);

        assertThat(identity(top, base)).isNotEqualTo(first);
    }

    private static void change(Path image) throws IOException {
        Files.write(image, new byte[512]);
        // the clock of a file system may stand still for some milliseconds
        FileTime later =
                FileTime.from(times(image).lastModifiedTime().toInstant().plusSeconds(1));
        Files.setLastModifiedTime(image, later);
    }

    /// The birth of another file there stays as its time of modification is set.
    private boolean birthIsTold(Path beside) throws IOException {
        Path trial = Files.createFile(beside.resolveSibling("trial"));
        change(trial);
        return !times(trial).creationTime().equals(times(trial).lastModifiedTime());
    }

    private static BasicFileAttributes times(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class);
    }

    private static String identity(Path top, Path... below) {
        List<Optional<String>> backing =
                Stream.of(below).map(image -> Optional.of(image.toString())).toList();
        var disk = new DomainXml.Disk(
                "vda", "virtio", Optional.empty(), "qcow2", Optional.of(top.toString()), backing, Optional.empty());
        return ImageIdentity.of(disk, SIZE_BYTES).orElseThrow();
    }
}
