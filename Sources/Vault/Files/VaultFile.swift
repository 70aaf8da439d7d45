/// A document of a subject, kept in sealed pieces.
public enum VaultFile {}
