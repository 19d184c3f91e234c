package io.tidemark.agent.repository.crypto;

import io.tidemark.agent.repository.RepositoryException.DamagedException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.HexFormat;

/// A private file with one key pair, as a record: `{"pair":HEX}`, the private and then the public key.
final class PairFile {
    private static final String PAIR = "pair";

    private PairFile() {}

    static void create(Path file, String header, KeyPair pair) {
        var json = RecordText.newObject().put(PAIR, HexFormat.of().formatHex(Curve.rawPair(pair)));
        PrivateFile.create(file, RecordText.write(header, json, null));
    }

    static KeyPair read(Path file, String header, Curve curve) {
        String thing = "key file " + file;
        RecordText text = RecordText.read(thing, header, PrivateFile.read(file, RecordText.BYTES_MAX));
        try {
            return curve.pair(text.fields().bytes(PAIR, Curve.PAIR_BYTES));
        } catch (IllegalArgumentException _) {
            throw new DamagedException(thing, "a key pair of " + curve, "something else");
        }
    }
}
