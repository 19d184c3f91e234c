package io.tidemark.embedded.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where QEMU keeps what the guest overwrites and binds the sockets of its exports. The libvirt of a machine runs
/// QEMU as a user of its own, who must be able to reach and write both, and cannot below a home with mode 0700.
///
/// @param user whom QEMU runs as; empty where that is the one who runs this
record QemuFolders(Path scratch, Path sockets, Optional<UserPrincipal> user) {
    private static final Pattern USER = Pattern.compile("^\\s*user\\s*=\\s*\"([^\"]+)\"", Pattern.MULTILINE);
    /// What distributions compile in: Debian and Ubuntu, then Fedora and its kin.
    private static final List<String> USUAL_USERS = List.of("libvirt-qemu", "qemu");
    private static final Set<PosixFilePermission> REACHABLE = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    /// Makes both folders and gives them to QEMU's user. Without a wish they lie in the home if that user can reach
    /// it, else in a folder below `/var/tmp` that is the same each time.
    ///
    /// @param wanted where a person wants scratch; it gets a folder of its own there, as that is given away
    /// @param qemuConf libvirt's `qemu.conf`, which need not exist
    static QemuFolders prepare(String libvirtUri, Path home, Optional<Path> wanted, Path qemuConf) throws IOException {
        Optional<UserPrincipal> user = libvirtUri.contains("/system") ? user(qemuConf) : Optional.empty();
        boolean isReachable = user.isEmpty() || blocker(home, user.get()).isEmpty();
        Path own = isReachable ? home : ours(outside(home));
        Path scratch = wanted.map(folder -> folder.resolve("tidemark-scratch"))
                .orElse(own.resolve("scratch"))
                .toAbsolutePath();
        Path sockets = own.resolve("sockets").toAbsolutePath();
        for (Path folder : List.of(scratch, sockets)) {
            Files.createDirectories(folder);
            if (user.isPresent()) {
                give(folder, user.get());
            }
        }
        return new QemuFolders(scratch, sockets, user);
    }

    /// Everybody may write to `/var/tmp`, so what is there already may be somebody else's.
    private static Path ours(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(REACHABLE));
        }
        UserPrincipal me = FileSystems.getDefault()
                .getUserPrincipalLookupService()
                .lookupPrincipalByName(System.getProperty("user.name"));
        UserPrincipal owner = Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS);
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) || !owner.equals(me)) {
            throw new IOException("folder " + folder + ": expected a folder of " + me.getName()
                    + ", found something of " + owner.getName() + ". Take another one with --scratch");
        }
        return folder;
    }

    private static void give(Path folder, UserPrincipal user) throws IOException {
        Files.setOwner(folder, user);
        Files.setPosixFilePermissions(folder, OWNER_ONLY);
        Optional<Path> blocker = blocker(folder, user);
        if (blocker.isPresent()) {
            throw new IOException("folder " + folder + ": expected that QEMU's user " + user.getName()
                    + " can reach it, found " + blocker.get() + " with mode "
                    + PosixFilePermissions.toString(Files.getPosixFilePermissions(blocker.get()))
                    + ". Take another one with --scratch, or chmod o+x that one");
        }
    }

    /// The first folder from the root on that keeps the user out. Groups count for nothing here.
    private static Optional<Path> blocker(Path folder, UserPrincipal user) throws IOException {
        Path reached = Path.of("/");
        for (Path name : folder.toAbsolutePath().normalize()) {
            reached = reached.resolve(name);
            if (!Files.exists(reached)) {
                break; // what is made below belongs to nobody else
            }
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(reached);
            boolean isOwner = Files.getOwner(reached).equals(user);
            if (!mode.contains(isOwner ? PosixFilePermission.OWNER_EXECUTE : PosixFilePermission.OTHERS_EXECUTE)) {
                return Optional.of(reached);
            }
        }
        return Optional.empty();
    }

    private static Optional<UserPrincipal> user(Path qemuConf) throws IOException {
        UserPrincipalLookupService users = FileSystems.getDefault().getUserPrincipalLookupService();
        Matcher configured = USER.matcher(Files.isReadable(qemuConf) ? Files.readString(qemuConf) : "");
        if (configured.find()) {
            String name = configured.group(1).replaceFirst("^\\+", "");
            UserPrincipal user = known(users, name)
                    .orElseThrow(() -> new IOException(
                            qemuConf + ": expected user to name an existing one, found \"" + name + "\""));
            return Optional.of(user).filter(other -> !isRoot(other));
        }
        return USUAL_USERS.stream().flatMap(name -> known(users, name).stream()).findFirst();
    }

    private static Optional<UserPrincipal> known(UserPrincipalLookupService users, String name) {
        try {
            return Optional.of(users.lookupPrincipalByName(name));
        } catch (UserPrincipalNotFoundException none) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isRoot(UserPrincipal user) {
        return user.getName().equals("root") || user.getName().equals("0");
    }

    /// Where both lie if QEMU cannot reach the home.
    static Path outside(Path home) {
        byte[] path = home.toAbsolutePath().normalize().toString().getBytes(StandardCharsets.UTF_8);
        return Path.of(
                "/var/tmp/tidemark-" + UUID.nameUUIDFromBytes(path).toString().substring(0, 8));
    }
}
