/// The root certificate of a maker of authenticators, made up; its key was thrown away, so nothing leads to it.
public enum MakerCertificate {
  /// What it calls the maker.
  public static let name = "A maker of keys"

  public static let pem = """
    -----BEGIN CERTIFICATE-----
    MIIBrzCCAVWgAwIBAgIUNThf7eOxe6fn3XV8q0Lv0EWYSyUwCgYIKoZIzj0EAwIw
    LDEQMA4GA1UECgwHTWFkZSB1cDEYMBYGA1UEAwwPQSBtYWtlciBvZiBrZXlzMCAX
    DTI2MTEyNTEyNTI0N1oYDzIxMjYxMTAxMTI1MjQ3WjAsMRAwDgYDVQQKDAdNYWRl
    IHVwMRgwFgYDVQQDDA9BIG1ha2VyIG9mIGtleXMwWTATBgcqhkjOPQIBBggqhkjO
    PQMBBwNCAARTmwLXlQ4NUudQCYsSr7GpAJEmtf2zv0ZRhV00biqdI4iGn5OAoeaF
    +fJpRHlo1Zrt0/LFMab+nuEujpeMOeA9o1MwUTAdBgNVHQ4EFgQUR4uYbmATYJu1
    8VMXfEoiV7kYjlUwHwYDVR0jBBgwFoAUR4uYbmATYJu18VMXfEoiV7kYjlUwDwYD
    VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEAqbkaeFQKWjqiUkITlRaP
    J5eNcZcrXZLfrwiI6oydP8YCIEL6363zwR6oHriaxJ60itL154hGEAuqgyavcvPk
    XNkf
    -----END CERTIFICATE-----

    """
}
