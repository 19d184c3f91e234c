/// All of a repository's cryptography: ids of chunks, sealing of packs and texts, the keyring, signatures of hosts.
/// Keys stay in here; others hold opaque handles that print none of them. What is one package more than a dozen
/// types long is so on purpose: a smaller one would have to show keys to its neighbour. The bytes are in
/// `docs/formats/repository-keys.md`.
@NullMarked
package io.tidemark.agent.repository.crypto;

import org.jspecify.annotations.NullMarked;
