package io.tidemark.agent.libvirt;

import static org.libvirt.Error.ErrorNumber.VIR_ERR_NO_STORAGE_POOL;
import static org.libvirt.Error.ErrorNumber.VIR_ERR_NO_STORAGE_VOL;
import static org.libvirt.Error.ErrorNumber.VIR_ERR_OPERATION_INVALID;

import io.tidemark.agent.snapshot.SnapshotException;
import io.tidemark.agent.snapshot.StoragePools;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.nio.file.Path;
import java.time.Duration;
import org.libvirt.Connect;
import org.libvirt.LibvirtException;
import org.libvirt.StoragePool;

/// Storage pools of libvirt. The numbers of its errors are those of virterror.h: 49 for a pool and 50 for a volume
/// that is not there, 55 for a pool that is not active.
public final class LibvirtPools implements StoragePools, AutoCloseable {
    private final LibvirtConnection libvirt;

    /// @param uri as libvirt's clients take it, `qemu:///system` mostly
    /// @param callsMax how many native calls may run at once
    /// @param callLimit how long one may take; a pool on slow storage is looked through in it
    public LibvirtPools(String uri, int callsMax, Duration callLimit) {
        this.libvirt = new LibvirtConnection(uri, callsMax, callLimit);
    }

    @Override
    public Path path(String pool, String volume) {
        String text = libvirt.call("volume " + volume + " of pool " + pool, connect -> path(connect, pool, volume));
        return Path.of(text);
    }

    private static String path(Connect connect, String pool, String volume) throws LibvirtException {
        try {
            StoragePool found = connect.storagePoolLookupByName(pool);
            try {
                return found.storageVolLookupByName(volume).getPath();
            } catch (LibvirtException unknown) {
                if (unknown.getError().getCode() != VIR_ERR_NO_STORAGE_VOL) {
                    throw unknown;
                }
                found.refresh(0); // libvirt knows only what was there when it looked last
                return found.storageVolLookupByName(volume).getPath();
            }
        } catch (LibvirtException e) {
            throw notThere(pool, volume, e);
        }
    }

    private static RuntimeException notThere(String pool, String volume, LibvirtException e) throws LibvirtException {
        String found = switch (e.getError().getCode()) {
            case VIR_ERR_NO_STORAGE_POOL -> "no pool of that name";
            case VIR_ERR_NO_STORAGE_VOL -> "no volume of that name in the pool";
            case VIR_ERR_OPERATION_INVALID -> "that the pool is not active";
            default -> throw e;
        };
        return new SnapshotException(
                FailureReason.NO_SUCH_VOLUME,
                "volume " + pool + "/" + volume + ": expected POOL/VOLUME of libvirt on this host, found " + found,
                e);
    }

    @Override
    public void close() {
        libvirt.close();
    }
}
