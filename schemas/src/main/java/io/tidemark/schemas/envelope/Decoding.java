package io.tidemark.schemas.envelope;

/// What became of a record that was read; a consumer answers all three, and none is an exception.
public sealed interface Decoding {
    /// A message of a known type, whole.
    record Decoded(Envelope<?> envelope) implements Decoding {}

    /// A type that this version does not know: not an error of the sender, who may be newer.
    record UnknownType(String type) implements Decoding {}

    /// Headers or body break the contract; the reason names the field, what was expected and what was found.
    record Malformed(String reason) implements Decoding {}
}
