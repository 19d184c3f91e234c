package io.tidemark.orchestrator.export;

import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.schemas.id.ExportId;
import io.tidemark.schemas.id.RepositoryId;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// The text of an export that is complete. It can be read again and again, each time a page a transaction; once
/// another export has taken its place, reading on is refused.
public final class ExportedText {
    private final AskedExport export;
    private final int pages;
    private final Exports exports;
    private final Transactions transactions;

    ExportedText(AskedExport export, int pages, Exports exports, Transactions transactions) {
        this.export = export;
        this.pages = pages;
        this.exports = exports;
        this.transactions = transactions;
    }

    public RepositoryId repository() {
        return export.repository();
    }

    /// In UTF-8, from its beginning. Nothing is held that would have to be closed.
    public InputStream open() {
        return new Pages();
    }

    private byte[] page(int page) {
        ExportId id = export.id();
        return transactions
                .call(() -> exports.page(id, page))
                .orElseThrow(() -> new Refusal.Conflict(
                        "export " + id, "page " + page, "none, as another was asked for meanwhile"))
                .getBytes(StandardCharsets.UTF_8);
    }

    /// One page after the other; its fields are how far it is read.
    private final class Pages extends InputStream {
        private int number;
        private ByteBuffer open = ByteBuffer.allocate(0);

        @Override
        public int read() {
            return isAtEnd() ? -1 : open.get() & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (length == 0) {
                return 0;
            }
            if (isAtEnd()) {
                return -1;
            }
            int read = Math.min(length, open.remaining());
            open.get(into, offset, read);
            return read;
        }

        private boolean isAtEnd() {
            while (!open.hasRemaining() && number < pages) {
                number++;
                open = ByteBuffer.wrap(page(number));
            }
            return !open.hasRemaining();
        }
    }
}
