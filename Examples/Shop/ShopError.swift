/// What keeps the shop from opening.
public enum ShopError: Error, Hashable, Sendable {
  /// A file in the shop's directory could not be written or read.
  case unusableFile(String, reason: String)
  /// A file of the shop's directory holds something else than the shop once wrote there.
  case damagedFile(String)
  /// The certificate could not be made.
  case noCertificate(reason: String)
}

extension ShopError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unusableFile(let path, let reason): "\(path): \(reason); give the shop a directory that it may write to"
    case .damagedFile(let path): "\(path) is not as the shop wrote it; remove it, and the shop makes a new one"
    case .noCertificate(let reason): "no certificate could be made: \(reason)"
    }
  }
}
